package dev.parley.gateway.web.input;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The W3C trace context of a request. */
public final class TraceContext {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private TraceContext() {}

    /**
     * The {@code traceparent} of the OpenTelemetry agent, if there is one, else the client's if it is valid, else a new one.
     * Called on the thread that handles the request, where the agent keeps its span.
     */
    public static String of(ServerRequest request) {
        SpanContext span = Span.current().getSpanContext();
        if (span.isValid()) {
            return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                    + span.getTraceFlags().asHex();
        }
        return Optional.ofNullable(request.headers().firstHeader("traceparent"))
                .filter(value -> FORM.matcher(value).matches())
                .orElseGet(() -> begin(newTraceId()));
    }

    /** The span of the request has the first half of the trace's id, by which it is known that no client has begun the trace. */
    private static String begin(String trace) {
        return "00-" + trace + "-" + trace.substring(0, 16) + "-01";
    }

    private static String newTraceId() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
