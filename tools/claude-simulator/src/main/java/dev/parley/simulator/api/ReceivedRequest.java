package dev.parley.simulator.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An HTTP request as it was received, independent of the HTTP library.
 *
 * @param path without the query
 * @param headers by lower-case name; the values of a repeated one joined by commas
 * @param body not to be modified
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2}
 * @param connection an identifier of the TCP connection
 */
public record ReceivedRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        @SuppressWarnings("ArrayRecordComponent") byte[] body,
        String protocol,
        String connection) {

    public ReceivedRequest {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    boolean forAnswer() {
        return method.equals("POST") && path.equals("/v1/messages");
    }

    /** Whether it is for the API and not for the simulator's own endpoints. */
    public boolean forApi() {
        return path.startsWith("/v1/");
    }
}
