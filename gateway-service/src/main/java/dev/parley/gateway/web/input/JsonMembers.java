package dev.parley.gateway.web.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.request.LoneSurrogates;
import dev.parley.gateway.web.response.ApiErrorException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of a JSON object, read with strict types: no conversion between strings and numbers, no loss of decimal
 * places, and null is invalid. Errors name the member.
 *
 * @param path path of the object within the body, empty for the body itself
 */
public record JsonMembers(String path, ObjectNode json) {
    private static final int NESTING_MAX = 8;
    private static final int DIGITS_MAX = 40;
    private static final int YEAR_MAX = 9999;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxNumberLength(DIGITS_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Parses a body, or throws an {@link ApiErrorException} if it is not a JSON object in UTF-8 with unique names. */
    public static JsonMembers of(byte[] body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (JacksonException | CharacterCodingException | NumberFormatException e) {
            // The last one for an exponent that no decimal number can have.
            throw ApiErrorException.invalidRequest(
                    "The request body is not valid JSON in UTF-8, has a member twice, is nested deeper than "
                            + NESTING_MAX + " or has a number of more than " + DIGITS_MAX + " digits.");
        }
        if (LoneSurrogates.find(body).isPresent()) {
            throw ApiErrorException.invalidRequest("The request body has half of a surrogate pair in a string.");
        }
        if (json instanceof ObjectNode object) {
            return new JsonMembers("", object);
        }
        throw ApiErrorException.invalidRequest("The request body is not a JSON object.");
    }

    /** Rejects members with other names: a misspelt limit must not mean no limit. */
    public void requireNames(Set<String> names) {
        json.propertyNames().stream()
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw wrong(shortened(name), "Extra inputs are not permitted");
                });
    }

    /** A required string. */
    public String text(String name) {
        return optionalText(name).orElseThrow(() -> wrong(name, "Field required"));
    }

    public Optional<String> optionalText(String name) {
        return member(name, node -> node.stringValueOpt(), "Input should be a string");
    }

    /** A time in RFC 3339, with any offset from UTC, in a UTC year of four digits. */
    public Optional<Instant> time(String name) {
        return member(
                name,
                node -> node.stringValueOpt().flatMap(JsonMembers::instant),
                "Input should be a time such as 2027-01-31T00:00:00Z");
    }

    /** A time as above, after {@code now}. */
    public Optional<Instant> futureTime(String name, Instant now) {
        Optional<Instant> time = time(name);
        if (time.filter(end -> !end.isAfter(now)).isPresent()) {
            throw wrong(name, "Input should be in the future");
        }
        return time;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC))
                    .filter(time -> time.getYear() >= 0 && time.getYear() <= YEAR_MAX)
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** An integer from 1 to {@code max}. */
    public Optional<Long> count(String name, long max) {
        return member(
                name,
                node -> Optional.of(node)
                        .filter(number -> number.isIntegralNumber() && number.canConvertToLong())
                        .map(JsonNode::longValue)
                        .filter(count -> count > 0 && count <= max),
                "Input should be a whole number from 1 to " + max);
    }

    /** A decimal number. Compared before any arithmetic, because expanding 1e-999999999 would be expensive. */
    public Optional<BigDecimal> amount(String name, BigDecimal min, BigDecimal max, int placesMax) {
        return member(
                name,
                node -> Optional.of(node)
                        .filter(JsonNode::isNumber)
                        .map(JsonNode::decimalValue)
                        .filter(amount -> amount.compareTo(min) >= 0 && amount.compareTo(max) <= 0)
                        .filter(amount -> amount.stripTrailingZeros().scale() <= placesMax),
                "Input should be a number from " + min.toPlainString() + " to " + max.toPlainString() + " with up to "
                        + placesMax + " decimal places");
    }

    public Optional<List<String>> texts(String name, int max) {
        return member(
                name,
                node -> Optional.of(node)
                        .filter(array -> array.isArray()
                                && array.size() <= max
                                && array.valueStream().allMatch(JsonNode::isString))
                        .map(array ->
                                array.valueStream().map(JsonNode::stringValue).toList()),
                "Input should be an array of up to " + max + " strings");
    }

    public Optional<JsonMembers> object(String name) {
        return member(
                name,
                node -> node instanceof ObjectNode object
                        ? Optional.of(new JsonMembers(full(name), object))
                        : Optional.empty(),
                "Input should be an object");
    }

    private <T> Optional<T> member(String name, Function<JsonNode, Optional<T>> read, String expectation) {
        return json.optional(name).map(node -> read.apply(node).orElseThrow(() -> wrong(name, expectation)));
    }

    public ApiErrorException wrong(String name, String what) {
        return ApiErrorException.invalidRequest(full(name) + ": " + what);
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String shortened(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "...";
    }
}
