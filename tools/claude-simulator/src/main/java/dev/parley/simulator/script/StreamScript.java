package dev.parley.simulator.script;

import dev.parley.simulator.request.ApiError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is sent in response to one request, and when. The head is sent with the first event; there is none if
 * that is a {@link ScriptEvent.Break}.
 *
 * @param status 0 without a head
 * @param events at least one, in the order of their times; a break can only be the last
 */
public record StreamScript(int status, Map<String, String> headers, List<ScriptEvent> events, Framing framing) {
    private static final String EVENT_STREAM = "text/event-stream; charset=utf-8";

    /** How text becomes bytes. */
    public enum Framing {
        PLAIN,
        /** With CRLF for every line end, which the specification of server-sent events permits. */
        CRLF,
        /** Every byte in an HTTP chunk or DATA frame of its own. */
        BYTEWISE
    }

    public StreamScript {
        headers = Map.copyOf(headers);
        events = List.copyOf(events);
    }

    public static StreamScript stream(Map<String, String> headers, List<ScriptEvent> events) {
        Map<String, String> all = with(headers, Map.of("content-type", EVENT_STREAM, "cache-control", "no-cache"));
        return new StreamScript(200, all, events, Framing.PLAIN);
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
        return new StreamScript(status, all, List.of(new ScriptEvent.Text(at, body)), Framing.PLAIN);
    }

    /** A script that breaks at once, without a head. */
    static StreamScript broken(ScriptEvent.Break.Type type) {
        return new StreamScript(0, Map.of(), List.of(new ScriptEvent.Break(Duration.ZERO, type)), Framing.PLAIN);
    }

    boolean streams() {
        return EVENT_STREAM.equals(headers.get("content-type"));
    }

    StreamScript withEvents(List<ScriptEvent> others) {
        return new StreamScript(status, headers, others, framing);
    }

    StreamScript withFraming(Framing other) {
        return new StreamScript(status, headers, events, other);
    }

    private static Map<String, String> with(Map<String, String> headers, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(others);
        return all;
    }
}
