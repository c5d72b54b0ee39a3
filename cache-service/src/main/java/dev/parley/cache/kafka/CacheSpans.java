package dev.parley.cache.kafka;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.eventlog.trace.RemoteParent;
import dev.parley.eventlog.trace.SpanExport;
import dev.parley.eventlog.trace.TraceSettings;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;

/** Adds to the trace of a request that its answer was cached. persistence-worker makes the rest of the trace. */
public final class CacheSpans implements AutoCloseable {
    private static final String NAME = "cache-service";

    private final Tracer tracer;
    private final Runnable end;

    private CacheSpans(Tracer tracer, Runnable end) {
        this.tracer = tracer;
        this.end = end;
    }

    /** Spans go to the collector of the settings; without one, to an agent if there is one. */
    public static CacheSpans of(TraceSettings settings) {
        if (settings.off()) {
            return new CacheSpans(GlobalOpenTelemetry.getTracer(NAME), () -> {});
        }
        SpanExport export = SpanExport.to(settings);
        return new CacheSpans(export.tracer(NAME), export::close);
    }

    /** Records that the answer of a turn was cached between two instants. */
    void kept(TurnFacts turn, Instant begun, Instant ended) {
        tracer.spanBuilder("cache answer")
                .setParent(RemoteParent.of(turn.traceparent()))
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(begun)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", "chat.turns")
                .setAttribute("gen_ai.conversation.id", turn.conversation().value())
                .setAttribute("parley.generation.id", turn.generation().value())
                .startSpan()
                .end(ended);
    }

    @Override
    public void close() {
        end.run();
    }
}
