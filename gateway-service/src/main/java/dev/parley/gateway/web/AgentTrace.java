package dev.parley.gateway.web;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Optional;

/** The trace that the OpenTelemetry agent keeps of the request in hand; without an agent there is none. */
public final class AgentTrace {
    private AgentTrace() {}

    /** Its W3C {@code traceparent}. On the thread that handles the request. */
    public static Optional<String> traceparent() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid()
                ? Optional.of("00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                        + span.getTraceFlags().asHex())
                : Optional.empty();
    }
}
