package dev.parley.simulator.script;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All that happens on the wire in answer to one request. */
public sealed interface Script {
    /** A response without a head. */
    record Wordless(Ending ending) implements Script {}

    /**
     * A response. Its head goes out with the first cue, of which there is at least one.
     *
     * @param cues in the order of their times
     */
    record Spoken(int status, Map<String, String> headers, List<Cue> cues, Framing framing, Ending ending)
            implements Script {
        private static final String EVENT_STREAM = "text/event-stream; charset=utf-8";

        public Spoken {
            headers = Map.copyOf(headers);
            cues = List.copyOf(cues);
        }

        public static Spoken stream(Map<String, String> headers, List<Cue> cues) {
            return new Spoken(
                    200,
                    with(headers, Map.of("content-type", EVENT_STREAM, "cache-control", "no-cache")),
                    cues,
                    Framing.PLAIN,
                    Ending.CLEAN);
        }

        public static Spoken body(
                int status, Map<String, String> headers, String contentType, Duration at, String body) {
            int length = body.getBytes(StandardCharsets.UTF_8).length;
            return new Spoken(
                    status,
                    with(headers, Map.of("content-type", contentType, "content-length", Integer.toString(length))),
                    List.of(new Cue(at, new StreamEvent.Verbatim(body))),
                    Framing.PLAIN,
                    Ending.CLEAN);
        }

        public static Spoken json(int status, Map<String, String> headers, Duration at, String body) {
            return body(status, headers, "application/json", at, body);
        }

        public boolean streams() {
            return EVENT_STREAM.equals(headers.get("content-type"));
        }

        public Spoken withCues(List<Cue> others, Ending otherEnding) {
            return new Spoken(status, headers, others, framing, otherEnding);
        }

        public Spoken withFraming(Framing other) {
            return new Spoken(status, headers, cues, other, ending);
        }

        public Spoken withHeaders(Map<String, String> others) {
            return new Spoken(status, with(headers, others), cues, framing, ending);
        }

        public Spoken later(Duration delay) {
            return withCues(cues.stream().map(cue -> cue.later(delay)).toList(), ending);
        }

        private static Map<String, String> with(Map<String, String> headers, Map<String, String> others) {
            Map<String, String> all = new HashMap<>(headers);
            all.putAll(others);
            return all;
        }
    }
}
