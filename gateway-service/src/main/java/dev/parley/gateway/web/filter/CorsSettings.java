package dev.parley.gateway.web.filter;

import java.net.URI;
import java.util.List;

/**
 * The origins whose pages may call {@code /v1} from a browser.
 *
 * @param origins each a scheme, a host and, if it is not the default, a port; {@value ANY} for all origins
 */
public record CorsSettings(List<String> origins) {
    static final String ANY = "*";

    public CorsSettings {
        origins = List.copyOf(origins);
        for (String origin : origins) {
            if (!origin.equals(ANY) && !isOrigin(origin)) {
                throw new IllegalArgumentException(
                        "an origin is like https://chat.example.com, without a path: " + origin);
            }
        }
    }

    private static boolean isOrigin(String text) {
        URI uri = URI.create(text);
        return uri.getScheme() != null
                && uri.getHost() != null
                && text.equals(
                        uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
    }

    boolean any() {
        return origins.contains(ANY);
    }
}
