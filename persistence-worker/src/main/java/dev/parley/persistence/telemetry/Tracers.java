package dev.parley.persistence.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;

/**
 * The tracers of the services of which a turn tells, each with the name of its service.
 *
 * @param end sends what was not sent yet, and ends
 */
public record Tracers(Tracer gateway, Tracer inference, Tracer persistence, Runnable end) implements AutoCloseable {
    private static final String SCOPE = "dev.parley.persistence";

    /** Spans go to a collector. Without one only those of storage are made, for an agent if there is one. */
    public static Tracers of(TraceSettings settings) {
        // The classes of the exporter are loaded only if it is used.
        return settings.endpoint().isBlank() ? none() : CollectorTracers.to(settings.endpoint());
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
