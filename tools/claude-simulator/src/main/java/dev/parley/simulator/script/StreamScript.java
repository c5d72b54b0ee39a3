package dev.parley.simulator.script;

import dev.parley.simulator.request.ApiError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is sent in response to one request, and when. The head is sent with the first event; there is none
 * without events.
 *
 * @param status 0 without a head
 * @param events in the order of their times
 * @param end happens right after the last event
 */
public record StreamScript(
        int status, Map<String, String> headers, List<ScriptEvent> events, End end, Framing framing) {
    private static final String EVENT_STREAM = "text/event-stream; charset=utf-8";

    /** How a response ends. */
    public enum End {
        /** As HTTP specifies. */
        COMPLETE,
        /** HTTP/2: the stream is reset, the connection remains. HTTP/1.1: the connection is reset. */
        RESET_STREAM,
        /** The connection is reset, with every stream on it. */
        RESET_CONNECTION,
        /** The connection is closed, with every stream on it. */
        CLOSE,
        /** Nothing more is sent; after ten minutes the connection is closed. */
        STALL
    }

    /** How text becomes bytes. */
    public enum Framing {
        PLAIN,
        /** With CRLF for every line end, which the specification of server-sent events permits. */
        CRLF,
        /** Every byte in an HTTP chunk or DATA frame of its own. */
        BYTEWISE
    }

    public static StreamScript stream(Map<String, String> headers, List<ScriptEvent> events) {
        Map<String, String> all = with(headers, Map.of("content-type", EVENT_STREAM, "cache-control", "no-cache"));
        return new StreamScript(200, all, events, End.COMPLETE, Framing.PLAIN);
    }

    public static StreamScript json(int status, Map<String, String> headers, Duration at, String body) {
        return body(status, headers, "application/json", at, body);
    }

    public static StreamScript error(ApiError error, Map<String, String> headers, Duration at, String requestId) {
        return json(error.type().status(), headers, at, EventEncoder.error(error, requestId));
    }

    static StreamScript body(int status, Map<String, String> headers, String contentType, Duration at, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        Map<String, String> all =
                with(headers, Map.of("content-type", contentType, "content-length", Integer.toString(length)));
        return new StreamScript(status, all, List.of(ScriptEvent.of(at, body)), End.COMPLETE, Framing.PLAIN);
    }

    /** A script that ends at once, without a head. */
    static StreamScript empty(End end) {
        return new StreamScript(0, Map.of(), List.of(), end, Framing.PLAIN);
    }

    boolean streams() {
        return EVENT_STREAM.equals(headers.get("content-type"));
    }

    StreamScript withEvents(List<ScriptEvent> others) {
        return new StreamScript(status, headers, others, end, framing);
    }

    StreamScript withEnd(End other) {
        return new StreamScript(status, headers, events, other, framing);
    }

    StreamScript withFraming(Framing other) {
        return new StreamScript(status, headers, events, end, other);
    }

    private static Map<String, String> with(Map<String, String> headers, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(others);
        return all;
    }
}
