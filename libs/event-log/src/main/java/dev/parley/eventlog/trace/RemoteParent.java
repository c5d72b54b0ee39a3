package dev.parley.eventlog.trace;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parent, in another process, that a {@code traceparent} header names (W3C Trace Context). */
public final class RemoteParent {
    private RemoteParent() {}

    /** The context for spans below it; without a span if the header is malformed. */
    public static Context of(String traceparent) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, new OnlyHeader());
    }

    /** Reads the only header from its value. */
    private static final class OnlyHeader implements TextMapGetter<String> {
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
