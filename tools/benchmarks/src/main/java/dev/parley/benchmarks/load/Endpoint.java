package dev.parley.benchmarks.load;

import java.net.URI;
import java.util.Map;

/**
 * Where requests are sent, over HTTP/1.1.
 *
 * @param headers besides the host, the content's type and its length
 */
public record Endpoint(URI address, String path, Map<String, String> headers) {
    public Endpoint {
        headers = Map.copyOf(headers);
    }
}
