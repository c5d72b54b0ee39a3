package dev.parley.simulator.script;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import dev.parley.simulator.script.ScriptEvent.Break;
import dev.parley.simulator.script.ScriptEvent.Text;
import dev.parley.simulator.script.StreamScript.Framing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Changes the script of an answer into the script of a fault. */
public final class FaultScript {
    private static final int AFTER_TOKENS = 10;
    private static final Duration SLOW_BY = Duration.ofSeconds(30);
    private static final String BAD_GATEWAY_PAGE = """
            <html>
            <head><title>502 Bad Gateway</title></head>
            <body><center><h1>502 Bad Gateway</h1></center></body>
            </html>
            """;
    private static final String MALFORMED_FRAME = """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"te

            """;
    private static final String UNKNOWN_EVENTS = """
            event: future_event
            data: {"type":"future_event","note":"simulated: an event type nobody knows yet"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"future_delta","future":"simulated"}}

            """;

    private final StreamScript planned;
    private final Directives directives;
    private final String requestId;

    private FaultScript(StreamScript planned, Directives directives, String requestId) {
        this.planned = planned;
        this.directives = directives;
        this.requestId = requestId;
    }

    /** The script of an answer with a fault. */
    public static StreamScript of(Fault fault, StreamScript planned, Directives directives, String requestId) {
        return new FaultScript(planned, directives, requestId).with(fault);
    }

    private StreamScript with(Fault fault) {
        return switch (fault) {
            case NONE -> planned;
            case INVALID_REQUEST,
                    AUTHENTICATION,
                    BILLING,
                    PERMISSION,
                    NOT_FOUND,
                    TOO_LARGE,
                    RATE_LIMIT,
                    RATE_LIMIT_WITHOUT_RETRY_AFTER,
                    SPEND_LIMIT,
                    API_ERROR,
                    UNAVAILABLE,
                    GATEWAY_TIMEOUT,
                    OVERLOADED,
                    PREFILL_REFUSED -> error(fault);
            case BAD_GATEWAY -> StreamScript.body(502, Map.of(), "text/html", head(), BAD_GATEWAY_PAGE);
            case NO_ANSWER -> StreamScript.broken(Break.Type.STALL);
            case RESET -> reset(Break.Type.RESET_STREAM);
            case RESET_CONNECTION -> reset(Break.Type.RESET_CONNECTION);
            case CLOSE -> broken(Break.Type.CLOSE);
            case STALL -> broken(Break.Type.STALL);
            case CUT -> planned.streams() ? planned.withEvents(before()) : half();
            case MALFORMED -> planned.streams() ? planned.withEvents(malformed()) : half();
            case SLOW ->
                planned.withEvents(planned.events().stream()
                        .map(event -> event.delayed(SLOW_BY))
                        .toList());
            case SPLIT -> planned.withFraming(Framing.BYTEWISE);
            case CRLF -> planned.streams() ? planned.withFraming(Framing.CRLF) : planned;
            case NO_MESSAGE_STOP -> planned.streams() ? planned.withEvents(untilLast(1)) : planned;
            case ERROR ->
                planned.streams()
                        ? planned.withEvents(beforeThen(EventEncoder.errorEvent(eventError(), requestId)))
                        : error(Fault.OVERLOADED);
            case UNKNOWN -> planned.streams() ? planned.withEvents(withUnknown()) : planned;
        };
    }

    private StreamScript error(Fault fault) {
        Map<String, String> headers = new HashMap<>(Map.of("request-id", requestId));
        if (fault == Fault.RATE_LIMIT) {
            headers.put("retry-after", "1");
        } else if (fault == Fault.SPEND_LIMIT) {
            headers.put("x-should-retry", "false");
        }
        directives.text(Directive.RETRY_AFTER).ifPresent(seconds -> headers.put("retry-after", seconds));
        return StreamScript.error(fault.error().orElseThrow(), headers, head(), requestId);
    }

    private Duration head() {
        return directives.milliseconds(Directive.HEAD_MS).orElse(Duration.ZERO);
    }

    private ApiError eventError() {
        String wanted = directives.text(Directive.ERROR_TYPE).orElse(ApiError.ErrorType.OVERLOADED.text());
        ApiError.ErrorType type = Arrays.stream(ApiError.ErrorType.values())
                .filter(candidate -> candidate.text().equals(wanted))
                .findFirst()
                .orElse(ApiError.ErrorType.API);
        return new ApiError(type, type == ApiError.ErrorType.OVERLOADED ? "Overloaded" : "Simulated " + wanted);
    }

    private StreamScript reset(Break.Type type) {
        return directives.number(Directive.AFTER).isPresent() ? broken(type) : StreamScript.broken(type);
    }

    private StreamScript broken(Break.Type type) {
        StreamScript begun = planned.streams() ? planned.withEvents(before()) : half();
        List<ScriptEvent> events = new ArrayList<>(begun.events());
        events.add(new Break(events.getLast().at(), type));
        return begun.withEvents(events);
    }

    /** The first half of a complete body. */
    private StreamScript half() {
        Map<String, String> headers = new HashMap<>(planned.headers());
        headers.remove("content-length");
        String body = EventEncoder.text(planned.events().getFirst());
        Text half = new Text(planned.events().getFirst().at(), body.substring(0, body.length() / 2));
        return new StreamScript(planned.status(), headers, List.of(half), planned.framing());
    }

    /** The number of events up to and including the last token before the fault. */
    private int position() {
        List<ScriptEvent> events = planned.events();
        int after = directives.number(Directive.AFTER).orElse(AFTER_TOKENS);
        if (after == 0) {
            int first = 1;
            while (first < events.size() - 1 && !events.get(first).token()) {
                first++;
            }
            return first;
        }
        int position = 1;
        int tokens = 0;
        for (int i = 0; i < events.size() && tokens < after; i++) {
            if (events.get(i).token()) {
                tokens++;
                position = i + 1;
            }
        }
        return position;
    }

    private List<ScriptEvent> before() {
        return planned.events().subList(0, position());
    }

    private List<ScriptEvent> untilLast(int missing) {
        return planned.events().subList(0, planned.events().size() - missing);
    }

    private List<ScriptEvent> beforeThen(String text) {
        List<ScriptEvent> events = new ArrayList<>(before());
        events.add(new Text(events.getLast().at(), text));
        return events;
    }

    /** The frame of the next token is incomplete, so that a client that ignores it loses text. */
    private List<ScriptEvent> malformed() {
        List<ScriptEvent> events = beforeThen(MALFORMED_FRAME);
        List<ScriptEvent> rest =
                planned.events().subList(position(), planned.events().size());
        int next = 0;
        while (next < rest.size() && !rest.get(next).token()) {
            next++;
        }
        events.addAll(rest.subList(next == rest.size() ? 0 : next + 1, rest.size()));
        return events;
    }

    /** Unknown events after some tokens, and an unknown block before {@code message_delta}, the last but one event. */
    private List<ScriptEvent> withUnknown() {
        List<ScriptEvent> events = beforeThen(UNKNOWN_EVENTS);
        events.addAll(untilLast(2).subList(position(), planned.events().size() - 2));
        int blocks = 1
                + planned.events().stream()
                        .filter(ScriptEvent.Delta.class::isInstance)
                        .mapToInt(event -> ((ScriptEvent.Delta) event).index())
                        .max()
                        .orElse(-1);
        ScriptEvent messageDelta = planned.events().get(planned.events().size() - 2);
        events.add(new Text(messageDelta.at(), unknownBlock(blocks)));
        events.add(messageDelta);
        events.add(planned.events().getLast());
        return events;
    }

    private static String unknownBlock(int index) {
        return """
            event: content_block_start
            data: {"type":"content_block_start","index":%1$d,"content_block":{"type":"future_block","future":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":%1$d,"delta":{"type":"future_delta","future":"simulated"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":%1$d}

            """.formatted(index);
    }
}
