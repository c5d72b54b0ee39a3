package dev.parley.gateway.web.chat;

import dev.parley.contracts.event.TraceParent;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * The trace of the answer that this thread measures. Prometheus' client makes it the exemplar of the histogram's bucket, so that
 * a slow answer in a dashboard leads to its trace and to its log line. The id is that of the log lines, with and without tracing.
 */
public final class MeasuredTrace implements SpanContext {
    private static final ScopedValue<String> TRACEPARENT = ScopedValue.newInstance();

    /** Measures something of the request with this {@code traceparent}, which is valid. */
    static void during(String traceparent, Runnable measurement) {
        ScopedValue.where(TRACEPARENT, traceparent).run(measurement);
    }

    @Override
    public @Nullable String getCurrentTraceId() {
        return TRACEPARENT.isBound() ? TraceParent.traceId(TRACEPARENT.get()) : null;
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        return TRACEPARENT.isBound() ? spanId(TRACEPARENT.get()) : null;
    }

    /** Whether the trace is stored, if a collector is there. */
    @Override
    public boolean isCurrentSpanSampled() {
        return TRACEPARENT.isBound() && isSampled(TRACEPARENT.get());
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // Nothing samples by it.
    }

    /** The span id of a valid {@code traceparent}. */
    private static String spanId(String traceparent) {
        return traceparent.substring(36, 52);
    }

    /** Whether the flags of a valid {@code traceparent}, two hexadecimal digits, have the lowest bit. */
    private static boolean isSampled(String traceparent) {
        return (Character.digit(traceparent.charAt(54), 16) & 1) == 1;
    }
}
