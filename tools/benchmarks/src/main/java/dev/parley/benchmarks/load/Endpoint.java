package dev.parley.benchmarks.load;

import java.net.URI;
import java.util.Map;

/**
 * Where requests are sent, over HTTP/1.1.
 *
 * @param path of questions
 * @param headers besides the host, the content's type and its length
 * @param connectionsMax open at once; further calls wait
 */
public record Endpoint(URI address, String path, Map<String, String> headers, int connectionsMax) {
    /** With a connection for each call under way. */
    public Endpoint(URI address, String path, Map<String, String> headers) {
        this(address, path, headers, Integer.MAX_VALUE);
    }
}
