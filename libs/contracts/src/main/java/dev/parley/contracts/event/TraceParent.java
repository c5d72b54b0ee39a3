package dev.parley.contracts.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code traceparent} of an event, by W3C Trace Context: version, trace id, parent id and flags, joined by {@code -}. */
public final class TraceParent {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    private TraceParent() {}

    /** The trace id, empty if the text is malformed. */
    public static String traceId(String traceparent) {
        Matcher matcher = FORM.matcher(traceparent);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
