package dev.parley.persistence.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.IdGenerator;

/** Ids of spans: random, or those that the gateway has given a request and written into its {@code traceparent}. */
final class ScopedIdGenerator implements IdGenerator {
    private static final ScopedValue<SpanContext> GIVEN = ScopedValue.newInstance();

    /** A span that is started meanwhile gets the ids of this context. */
    static void during(SpanContext context, Runnable start) {
        ScopedValue.where(GIVEN, context).run(start);
    }

    @Override
    public String generateSpanId() {
        return GIVEN.isBound() ? GIVEN.get().getSpanId() : IdGenerator.random().generateSpanId();
    }

    @Override
    public String generateTraceId() {
        return GIVEN.isBound() ? GIVEN.get().getTraceId() : IdGenerator.random().generateTraceId();
    }
}
