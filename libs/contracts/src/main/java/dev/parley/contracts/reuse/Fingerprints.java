package dev.parley.contracts.reuse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Computes fingerprints of requests. Requests that may share an answer have equal fingerprints, independent of member
 * order, white space and number notation.
 *
 * <p>The hash covers everything that can affect the answer: tenant, API version, betas, and every parameter except
 * {@code stream}, {@code metadata} and the request's own {@code cache_control}. Unknown parameters are included: a needless
 * miss is harmless, a wrong hit is not. Every value is hashed with its type and length, so that different requests have
 * different inputs.
 */
public final class Fingerprints {
    private static final Set<String> EXCLUDED = Set.of("stream", "metadata", "cache_control");

    private Fingerprints() {}

    /**
     * The fingerprint of a request.
     *
     * @param escalated whether the stronger model of an alias has to answer, so that no other answer is shared
     */
    public static Fingerprint of(
            TenantId tenant, String anthropicVersion, String anthropicBeta, ObjectNode request, boolean escalated) {
        MessageDigest hash = Sha256.begin();
        if (escalated) {
            text(hash, 'e', "escalated");
        }
        text(hash, 'k', tenant.value());
        text(hash, 'k', anthropicVersion);
        Arrays.stream(anthropicBeta.split(","))
                .map(String::strip)
                .filter(beta -> !beta.isEmpty())
                .sorted()
                .forEach(beta -> text(hash, 'b', beta));
        object(hash, request, EXCLUDED);
        return new Fingerprint(HexFormat.of().formatHex(hash.digest()));
    }

    private static void value(MessageDigest hash, JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> object(hash, value, Set.of());
            case ARRAY -> {
                count(hash, 'a', value.size());
                value.forEach(element -> value(hash, element));
            }
            case STRING -> text(hash, 's', value.stringValue());
            case NUMBER -> text(hash, 'n', number(value));
            case BOOLEAN -> text(hash, 't', Boolean.toString(value.booleanValue()));
            case NULL, MISSING -> count(hash, '0', 0);
            case BINARY, POJO -> throw new IllegalArgumentException("parsed JSON has no such value");
        }
    }

    private static void object(MessageDigest hash, JsonNode object, Set<String> without) {
        var members = object.propertyStream()
                .filter(member -> !without.contains(member.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .toList();
        count(hash, 'o', members.size());
        members.forEach(member -> {
            text(hash, 'k', member.getKey());
            value(hash, member.getValue());
        });
    }

    /**
     * The canonical notation of a number, equal for 1, 1.0 and 1e0. A number beyond the range of a double is unchanged.
     */
    private static String number(JsonNode number) {
        if (number.isIntegralNumber()) {
            return new BigDecimal(number.bigIntegerValue()).stripTrailingZeros().toString();
        }
        double value = number.doubleValue();
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).stripTrailingZeros().toString()
                : number.toString();
    }

    private static void text(MessageDigest hash, char kind, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (new String(bytes, UTF_8).equals(text)) {
            bytes(hash, kind, bytes);
        } else {
            // A lone surrogate, which JSON can escape: in UTF-8, all of them are question marks.
            bytes(hash, Character.toUpperCase(kind), codeUnits(text));
        }
    }

    private static byte[] codeUnits(String text) {
        ByteBuffer units = ByteBuffer.allocate(text.length() * Character.BYTES);
        units.asCharBuffer().put(text);
        return units.array();
    }

    private static void bytes(MessageDigest hash, char kind, byte[] bytes) {
        count(hash, kind, bytes.length);
        hash.update(bytes);
    }

    private static void count(MessageDigest hash, char kind, int count) {
        hash.update((byte) kind);
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(count).flip());
    }
}
