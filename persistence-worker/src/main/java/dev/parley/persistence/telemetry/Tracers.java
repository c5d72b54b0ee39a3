package dev.parley.persistence.telemetry;

import dev.parley.eventlog.trace.SpanExport;
import dev.parley.eventlog.trace.TraceSettings;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.IdGenerator;

/**
 * The tracers of the services of which a turn tells, each with the name of its service.
 *
 * @param end sends what was not sent yet, and ends
 */
public record Tracers(Tracer gateway, Tracer inference, Tracer persistence, Runnable end) implements AutoCloseable {
    private static final String SCOPE = "dev.parley.persistence";

    /** Spans go to a collector. Without one only those of storage are made, for an agent if there is one. */
    public static Tracers of(TraceSettings settings) {
        return settings.off() ? none() : to(SpanExport.to(settings));
    }

    static Tracers to(SpanExport export) {
        IdGenerator ids = new ScopedIdGenerator();
        return new Tracers(
                export.tracer("gateway-service", ids),
                export.tracer("inference-service", ids),
                export.tracer("persistence-worker", ids),
                export::close);
    }

    static Tracers none() {
        Tracer none = OpenTelemetry.noop().getTracer(SCOPE);
        return new Tracers(none, none, GlobalOpenTelemetry.getTracer(SCOPE), () -> {});
    }

    @Override
    public void close() {
        end.run();
    }
}
