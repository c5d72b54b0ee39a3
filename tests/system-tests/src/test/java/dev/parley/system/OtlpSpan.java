package dev.parley.system;

import static java.util.stream.Collectors.toUnmodifiableMap;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.HexFormat;
import java.util.Map;

/**
 * A span as a service exported it.
 *
 * @param trace the trace id, 32 hexadecimal digits
 * @param id the span id, 16 hexadecimal digits
 * @param parent the span id of the parent, empty for the root of a trace
 * @param attributes as text
 */
record OtlpSpan(
        String service,
        SpanKind kind,
        String name,
        String trace,
        String id,
        String parent,
        Map<String, String> attributes) {
    static OtlpSpan of(String service, Span span) {
        return new OtlpSpan(
                service,
                span.getKind(),
                span.getName(),
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getAttributesList().stream()
                        .collect(toUnmodifiableMap(
                                attribute -> attribute.getKey(), attribute -> text(attribute.getValue()))));
    }

    /** An attribute, empty if the span has none of that name. */
    String attribute(String key) {
        return attributes.getOrDefault(key, "");
    }

    /** Whether this is a span of this service, kind and topic. */
    boolean is(String from, SpanKind as, String topic) {
        return service.equals(from)
                && kind == as
                && attribute("messaging.destination.name").equals(topic);
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static String text(AnyValue value) {
        return value.hasStringValue()
                ? value.getStringValue()
                : value.toString().strip();
    }

    @Override
    public String toString() {
        return service + " " + kind + " '" + name + "'";
    }
}
