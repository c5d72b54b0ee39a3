package dev.parley.gateway.web;

import java.net.URI;
import java.util.List;

/**
 * Which other sites' pages may call {@code /v1} from a browser.
 *
 * @param origins each a scheme, a host and, if it is not the scheme's own, a port; {@value ANY} for every site
 */
public record CrossOriginSettings(List<String> origins) {
    static final String ANY = "*";

    /**
     * Checks the origins, so that none is waited for that no browser sends.
     *
     * @throws IllegalArgumentException if one is none
     */
    public CrossOriginSettings {
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
