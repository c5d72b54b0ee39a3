package dev.parley.gateway.request;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The W3C trace context of a request: the client's {@code traceparent} if valid, otherwise a new one. */
public final class TraceContext {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private TraceContext() {}

    public static String of(Optional<String> traceparent) {
        return traceparent
                .filter(value -> FORM.matcher(value).matches())
                .orElseGet(() -> "00-" + random(16) + "-" + random(8) + "-01");
    }

    /** The trace id of a valid {@code traceparent}. */
    public static String traceId(String traceparent) {
        return traceparent.substring(3, 35);
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
