package dev.parley.cache.kafka;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.eventlog.trace.RemoteParent;
import dev.parley.eventlog.trace.SpanExport;
import dev.parley.eventlog.trace.TraceSettings;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.Optional;

/** Adds to the trace of a request that its answer was cached. persistence-worker makes the rest of the trace. */
public final class CacheSpans implements AutoCloseable {
    private final Optional<SpanExport> export;
    private final Optional<Tracer> tracer;

    private CacheSpans(Optional<SpanExport> export) {
        this.export = export;
        this.tracer = export.map(to -> to.tracer("cache-service"));
    }

    /** Spans for the collector of the settings, none without one. */
    public static CacheSpans of(TraceSettings settings) {
        return new CacheSpans(settings.off() ? Optional.empty() : Optional.of(SpanExport.to(settings)));
    }

    /** Records that the answer of a turn was cached between two instants. */
    void kept(TurnFacts turn, Instant begun, Instant ended) {
        tracer.ifPresent(spans -> spans.spanBuilder("cache answer")
                .setParent(RemoteParent.of(turn.traceparent()))
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(begun)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", "chat.turns")
                .setAttribute("gen_ai.conversation.id", turn.conversation().value())
                .setAttribute("parley.generation.id", turn.generation().value())
                .startSpan()
                .end(ended));
    }

    @Override
    public void close() {
        export.ifPresent(SpanExport::close);
    }
}
