package dev.parley.persistence.telemetry;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Usage;
import dev.parley.eventlog.trace.RemoteParent;
import dev.parley.persistence.turn.PreparedTurn;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/**
 * Makes the trace of a request from its turn, when it is stored: the request at the gateway, the answer of inference-service with its
 * calls to Claude, and the storage. So no service does anything for a trace while it answers.
 */
public final class TurnSpans {
    private static final String COMPLETED = "completed";
    private static final String ERROR_TYPE = "error.type";
    private static final int HALF = 16;
    /** The status of a call whose model Claude has named. */
    private static final int OK = 200;

    private final Tracers tracers;

    public TurnSpans(Tracers tracers) {
        this.tracers = tracers;
    }

    /** Records that a turn was written between two instants. */
    void stored(PreparedTurn turn, Instant begun, Instant ended) {
        Context parent = RemoteParent.of(turn.traceparent());
        SpanContext context = Span.fromContext(parent).getSpanContext();
        if (context.isSampled()) {
            request(turn, parent, context);
            answer(turn, parent);
        }
        about(turn, tracers.persistence().spanBuilder("store turn"))
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(begun)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", "chat.turns")
                .startSpan()
                .end(ended);
    }

    private void request(PreparedTurn turn, Context parent, SpanContext context) {
        SpanBuilder request = about(turn, tracers.gateway().spanBuilder("chat"))
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(turn.receivedAt());
        if (isOfTheGateway(context)) {
            ScopedIdGenerator.during(context, () -> record(request.setNoParent(), turn));
        } else {
            record(request.setParent(parent), turn);
        }
    }

    private static void record(SpanBuilder request, PreparedTurn turn) {
        Span span = request.startSpan();
        turn.failure()
                .ifPresent(
                        failure -> span.setAttribute(ERROR_TYPE, failure.type()).setStatus(StatusCode.ERROR));
        span.end(turn.endedAt());
    }

    /** The gateway begins a trace, and gives its first span the first half of the trace's id, unless the client has begun one. */
    private static boolean isOfTheGateway(SpanContext context) {
        return context.getSpanId().equals(context.getTraceId().substring(0, HALF));
    }

    private void answer(PreparedTurn turn, Context parent) {
        Instant accepted = turn.receivedAt().plus(millis(turn.timings().sessionMs()));
        Span answer = about(turn, tracers.inference().spanBuilder("answer"))
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(accepted)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", "chat.requests")
                .startSpan();
        turn.attempts().forEach(attempt -> call(attempt, parent.with(answer)));
        answer.end(turn.endedAt());
    }

    private void call(Attempt attempt, Context answer) {
        SpanBuilder call = tracers.inference()
                .spanBuilder("chat " + attempt.model())
                .setParent(answer)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(attempt.startedAt())
                .setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.provider.name", "anthropic")
                .setAttribute(
                        attempt.status() == OK ? "gen_ai.response.model" : "gen_ai.request.model", attempt.model())
                .setAttribute("parley.attempt.outcome", attempt.outcome());
        if (attempt.status() > 0) {
            call.setAttribute("http.response.status_code", (long) attempt.status());
        }
        Usage usage = attempt.usage();
        // Every answer has tokens, so without any it is not known whether and what Claude bills.
        if (usage.promptTokens() + usage.outputTokens() > 0) {
            call.setAttribute("gen_ai.usage.input_tokens", usage.promptTokens())
                    .setAttribute("gen_ai.usage.cache_creation.input_tokens", usage.cacheCreationInputTokens())
                    .setAttribute("gen_ai.usage.cache_read.input_tokens", usage.cacheReadInputTokens())
                    .setAttribute("gen_ai.usage.output_tokens", usage.outputTokens());
        }
        Span span = call.startSpan();
        if (!attempt.outcome().equals(COMPLETED)) {
            span.setAttribute(
                            ERROR_TYPE, attempt.status() > OK ? Integer.toString(attempt.status()) : attempt.outcome())
                    .setStatus(StatusCode.ERROR, attempt.outcome());
        }
        span.end(attempt.startedAt().plus(millis(attempt.durationMs())));
    }

    private static SpanBuilder about(PreparedTurn turn, SpanBuilder span) {
        return span.setAttribute(
                        "gen_ai.conversation.id", turn.encoded().conversation().value())
                .setAttribute("parley.generation.id", turn.generation().value());
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos((long) (millis * 1e6));
    }
}
