package dev.parley.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.IntFunction;

/** Bodies of 7.9 MB that are large or slow to process when parsed into trees. */
final class HostileBodies {
    private static final int BYTES = 7_900_000;
    private static final int DEPTH = 400;
    private static final byte[] BEGIN =
            "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":5,\"messages\":[".getBytes(UTF_8);

    private HostileBodies() {}

    /** One object per message, with an empty member name. */
    static byte[] objects() {
        return messages(_ -> "{\"\":0}");
    }

    /** Variants of {@link #objects()}, by name. */
    static Map<String, byte[]> variants() {
        return Map.of(
                "one array of numbers", messages(_ -> "0"),
                "small strings", messages(_ -> "\"a\""),
                "fractions", messages(_ -> "1.5"),
                "empty arrays", messages(_ -> "[]"),
                "deep arrays", messages(_ -> "[".repeat(DEPTH) + "]".repeat(DEPTH)),
                "unique keys", members(index -> "\"%07d\":0".formatted(index)),
                "colliding keys", members(index -> "\"" + colliding(index) + "\":0"));
    }

    private static byte[] messages(IntFunction<String> message) {
        return filled(message, "]}");
    }

    private static byte[] members(IntFunction<String> member) {
        return filled(index -> (index == 0 ? "{" : "") + member.apply(index), "}]}");
    }

    private static byte[] filled(IntFunction<String> part, String end) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(BYTES + 2 * DEPTH);
        body.writeBytes(BEGIN);
        body.writeBytes(part.apply(0).getBytes(US_ASCII));
        for (int index = 1; body.size() < BYTES; index++) {
            body.write(',');
            body.writeBytes(part.apply(index).getBytes(US_ASCII));
        }
        body.writeBytes(end.getBytes(US_ASCII));
        return body.toByteArray();
    }

    /** Distinct texts with the same {@link String#hashCode()}. */
    private static String colliding(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 18; bit++) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }
}
