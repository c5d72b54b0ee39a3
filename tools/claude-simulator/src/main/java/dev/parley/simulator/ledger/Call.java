package dev.parley.simulator.ledger;

import java.util.Map;

/**
 * A request as it came in, free of any HTTP library.
 *
 * @param path without the query
 * @param headers by lower-case name; of a repeated one the values joined by commas
 * @param body not to be modified
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2}
 * @param connection a name for the TCP connection
 */
public record Call(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        @SuppressWarnings("ArrayRecordComponent") byte[] body,
        String protocol,
        String connection) {

    public Call {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Whether it asks for an answer. */
    public boolean message() {
        return method.equals("POST") && path.equals("/v1/messages");
    }

    /** Whether it is for the API and not for the simulator itself. */
    public boolean api() {
        return path.startsWith("/v1/");
    }
}
