package dev.parley.simulator.script;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import dev.parley.simulator.script.StreamScript.End;
import dev.parley.simulator.script.StreamScript.Framing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Changes the script of an answer into the script of a fault. */
public record FaultScript(StreamScript planned, List<ScriptEvent> events, Directives directives, String requestId) {
    private static final int AFTER_TOKENS = 10;
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

    /** The script of an answer with a fault. */
    public static StreamScript of(Fault fault, StreamScript planned, Directives directives, String requestId) {
        return new FaultScript(planned, planned.events(), directives, requestId).with(fault);
    }

    private StreamScript with(Fault fault) {
        return switch (fault) {
            case NONE -> planned;
            case BAD_GATEWAY -> StreamScript.body(502, Map.of(), "text/html", head(), BAD_GATEWAY_PAGE);
            case NO_ANSWER -> StreamScript.empty(End.STALL);
            case RESET -> reset(End.RESET_STREAM);
            case RESET_CONNECTION -> reset(End.RESET_CONNECTION);
            case CLOSE -> cut().withEnd(End.CLOSE);
            case STALL -> cut().withEnd(End.STALL);
            case CUT -> cut();
            case MALFORMED -> planned.streams() ? malformed() : half();
            case SPLIT -> planned.withFraming(Framing.BYTEWISE);
            case CRLF -> planned.streams() ? planned.withFraming(Framing.CRLF) : planned;
            case NO_MESSAGE_STOP ->
                planned.streams() ? planned.withEvents(events.subList(0, events.size() - 1)) : planned;
            case ERROR -> planned.streams() ? errorEvent() : error(Fault.OVERLOADED);
            case UNKNOWN -> planned.streams() ? unknown() : planned;
            default -> error(fault);
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

    private StreamScript errorEvent() {
        String wanted = directives.text(Directive.ERROR_TYPE).orElse(ApiError.ErrorType.OVERLOADED.text());
        ApiError.ErrorType type = Arrays.stream(ApiError.ErrorType.values())
                .filter(candidate -> candidate.text().equals(wanted))
                .findFirst()
                .orElse(ApiError.ErrorType.API);
        String message = type == ApiError.ErrorType.OVERLOADED ? "Overloaded" : "Simulated " + wanted;
        return beforeThen(EventEncoder.errorEvent(new ApiError(type, message), requestId), events.size());
    }

    private StreamScript reset(End end) {
        return directives.number(Directive.AFTER).isPresent() ? cut().withEnd(end) : StreamScript.empty(end);
    }

    private StreamScript cut() {
        return planned.streams() ? planned.withEvents(events.subList(0, position())) : half();
    }

    /** The first half of a complete body. */
    private StreamScript half() {
        Map<String, String> headers = new HashMap<>(planned.headers());
        headers.remove("content-length");
        String body = events.getFirst().text().get();
        ScriptEvent half = ScriptEvent.of(events.getFirst().at(), body.substring(0, body.length() / 2));
        return new StreamScript(planned.status(), headers, List.of(half), End.COMPLETE, planned.framing());
    }

    /** The number of events before the fault: up to its last token, or right before the first token. */
    private int position() {
        int after = directives.number(Directive.AFTER).orElse(AFTER_TOKENS);
        int[] tokens = tokens().toArray();
        if (tokens.length == 0) {
            return 1;
        }
        return after == 0 ? tokens[0] : tokens[Math.min(after, tokens.length) - 1] + 1;
    }

    private IntStream tokens() {
        return IntStream.range(0, events.size()).filter(i -> events.get(i).token());
    }

    /** The events before the fault, then a text, then the planned events from a position on. */
    private StreamScript beforeThen(String text, int rest) {
        List<ScriptEvent> changed = new ArrayList<>(events.subList(0, position()));
        changed.add(ScriptEvent.of(changed.getLast().at(), text));
        changed.addAll(events.subList(rest, events.size()));
        return planned.withEvents(changed);
    }

    /** The frame of the next token is incomplete, so that a client that ignores it loses text. */
    private StreamScript malformed() {
        int position = position();
        int next = tokens().filter(i -> i >= position).findFirst().orElse(position - 1);
        return beforeThen(MALFORMED_FRAME, next + 1);
    }

    /** Unknown events after some tokens, and an unknown block before {@code message_delta}, the last but one event. */
    private StreamScript unknown() {
        long blocks = events.stream()
                .filter(event -> event.text().get().startsWith("event: content_block_start"))
                .count();
        List<ScriptEvent> changed =
                new ArrayList<>(beforeThen(UNKNOWN_EVENTS, position()).events());
        String block = """
            event: content_block_start
            data: {"type":"content_block_start","index":%1$s,"content_block":{"type":"future_block","future":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":%1$s,"delta":{"type":"future_delta","future":"simulated"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":%1$s}

            """.formatted(blocks);
        int messageDelta = changed.size() - 2;
        changed.add(messageDelta, ScriptEvent.of(changed.get(messageDelta).at(), block));
        return planned.withEvents(changed);
    }
}
