package dev.parley.simulator.fault;

import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Key;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.ErrorType;
import dev.parley.simulator.script.Ending;
import dev.parley.simulator.script.ErrorBody;
import dev.parley.simulator.script.Script;
import dev.parley.simulator.script.Script.Spoken;
import dev.parley.simulator.script.Script.Wordless;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** Turns what was planned into what goes wrong. */
public final class Sabotage {
    private static final int AFTER_TOKENS = 10;
    private static final Duration SLOW_BY = Duration.ofSeconds(30);
    private static final String BAD_GATEWAY_PAGE = """
            <html>
            <head><title>502 Bad Gateway</title></head>
            <body><center><h1>502 Bad Gateway</h1></center></body>
            </html>
            """;

    private final Directives directives;
    private final String requestId;

    public Sabotage(Directives directives, String requestId) {
        this.directives = directives;
        this.requestId = requestId;
    }

    /** What is sent for a planned answer. */
    public Script apply(Fault fault, Spoken planned) {
        return switch (fault) {
            case Fault.None() -> planned;
            case Refusal refusal -> refuse(refusal);
            case Interruption interruption -> interrupt(interruption, planned);
        };
    }

    private Script refuse(Refusal refusal) {
        Spoken refused = Spoken.json(
                        refusal.error().type().status(),
                        Map.of("request-id", requestId),
                        directives.milliseconds(Key.HEAD_MS).orElse(Duration.ZERO),
                        ErrorBody.of(refusal.error(), requestId))
                .withHeaders(refusal.headers());
        return directives
                .text(Key.RETRY_AFTER)
                .map(seconds -> refused.withHeaders(Map.of("retry-after", seconds)))
                .orElse(refused);
    }

    private Script interrupt(Interruption interruption, Spoken planned) {
        boolean atOnce = directives.number(Key.AFTER).isEmpty();
        return switch (interruption) {
            case NO_ANSWER -> new Wordless(Ending.SILENCE);
            case SLOW -> planned.later(SLOW_BY);
            case BAD_GATEWAY ->
                Spoken.body(
                        502,
                        Map.of(),
                        "text/html",
                        directives.milliseconds(Key.HEAD_MS).orElse(Duration.ZERO),
                        BAD_GATEWAY_PAGE);
            case RESET -> atOnce ? new Wordless(Ending.RESET_STREAM) : spoil(interruption, planned);
            case RESET_CONNECTION -> atOnce ? new Wordless(Ending.RESET_CONNECTION) : spoil(interruption, planned);
            case ERROR -> planned.streams() ? spoil(interruption, planned) : refuse(Refusal.OVERLOADED);
            case CLOSE, CUT, STALL, MALFORMED, SPLIT, CRLF, NO_MESSAGE_STOP, UNKNOWN -> spoil(interruption, planned);
        };
    }

    private Script spoil(Interruption interruption, Spoken planned) {
        return planned.streams()
                ? new StreamSabotage(planned, directives.number(Key.AFTER).orElse(AFTER_TOKENS), error(), requestId)
                        .apply(interruption)
                : new BodySabotage(planned).apply(interruption);
    }

    private ApiError error() {
        String wanted = directives.text(Key.ERROR_TYPE).orElse(ErrorType.OVERLOADED.wireName());
        ErrorType type = Arrays.stream(ErrorType.values())
                .filter(candidate -> candidate.wireName().equals(wanted))
                .findFirst()
                .orElse(ErrorType.API);
        return new ApiError(type, type == ErrorType.OVERLOADED ? "Overloaded" : "Simulated " + wanted);
    }
}
