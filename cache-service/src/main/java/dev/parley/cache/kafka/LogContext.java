package dev.parley.cache.kafka;

import dev.parley.contracts.id.GenerationId;
import org.slf4j.MDC;

/** Adds the generation and the trace to the log lines of this thread until it is closed. */
final class LogContext implements AutoCloseable {
    private static final String GENERATION = "generation";
    private static final String TRACE = "trace_id";
    private static final int TRACE_FROM = 3;
    private static final int TRACE_TO = 35;

    private LogContext() {}

    /**
     * Starts the context.
     *
     * @param traceparent as W3C Trace Context has it: version, trace id, parent id and flags, joined by {@code -}
     */
    static LogContext of(GenerationId generation, String traceparent) {
        MDC.put(GENERATION, generation.value());
        if (traceparent.length() >= TRACE_TO) {
            MDC.put(TRACE, traceparent.substring(TRACE_FROM, TRACE_TO));
        }
        return new LogContext();
    }

    @Override
    public void close() {
        MDC.remove(GENERATION);
        MDC.remove(TRACE);
    }
}
