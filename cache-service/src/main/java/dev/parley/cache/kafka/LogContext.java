package dev.parley.cache.kafka;

import dev.parley.contracts.event.TraceParent;
import dev.parley.contracts.id.GenerationId;
import org.slf4j.MDC;

/** Adds the generation and the trace to the log lines of this thread until it is closed. */
final class LogContext implements AutoCloseable {
    private static final String GENERATION = "generation";
    private static final String TRACE = "trace_id";

    private LogContext() {}

    /** Starts the context. Without a trace if {@code traceparent} is malformed. */
    static LogContext of(GenerationId generation, String traceparent) {
        MDC.put(GENERATION, generation.value());
        String trace = TraceParent.traceId(traceparent);
        if (!trace.isEmpty()) {
            MDC.put(TRACE, trace);
        }
        return new LogContext();
    }

    @Override
    public void close() {
        MDC.remove(GENERATION);
        MDC.remove(TRACE);
    }
}
