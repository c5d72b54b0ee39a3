package dev.parley.persistence.telemetry;

import dev.parley.persistence.turn.ArrivedTurn;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span for each stored turn in the trace of the request. The OpenTelemetry agent only links a batch to the traces of its
 * records. Without the agent the tracer has no effect.
 */
public final class TurnSpans {
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    private final Tracer tracer;

    public TurnSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Records that a turn was written between two instants. */
    void stored(ArrivedTurn turn, Instant begun, Instant ended) {
        Context parent = W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), turn.traceparent(), new OnlyTraceparent());
        tracer.spanBuilder("store turn")
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(begun)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", "chat.turns")
                .setAttribute(
                        "gen_ai.conversation.id", turn.encoded().conversation().value())
                .setAttribute("parley.generation.id", turn.generation().value())
                .startSpan()
                .end(ended);
    }

    /** The trace id of a {@code traceparent}, empty if it is malformed. */
    static String traceId(String traceparent) {
        Matcher matcher = TRACEPARENT.matcher(traceparent);
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** Reads the only header from its value. */
    private static final class OnlyTraceparent implements TextMapGetter<String> {
        private static final String NAME = "traceparent";

        @Override
        public Iterable<String> keys(String carrier) {
            return List.of(NAME);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals(NAME) ? carrier : null;
        }
    }
}
