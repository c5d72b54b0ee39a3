package dev.parley.gateway.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.json.Utf8;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.ValueNode;

/**
 * Parses the JSON of requests of both APIs. Accepts only JSON that a turn can contain: readers of turns accept a
 * nesting of 500, and numbers as IEEE 754 doubles (RFC 8259, section 6). Accepts only JSON that all parsers interpret
 * alike: UTF-8 (section 8.1), unique names in an object (section 4), and whole characters (section 8.2).
 */
public final class RequestJson {
    private static final int NESTING_MAX = 480;
    private static final int DIGITS_MAX = 1000;
    private static final int NAME_MAX = 10_000;
    /** A token takes up to 100 bytes of heap. A message with one text has six tokens. */
    private static final int TOKENS_MAX = 1_000_000;
    /** A double has at most 1,074 decimal places; insignificant digits may follow. */
    private static final int PLACES_MAX = 1074 + DIGITS_MAX;

    private static final JsonMapper MAPPER = mapper(NESTING_MAX);
    /** For the input of a tool, which is in a block in a message in a list each. */
    private static final JsonMapper INPUTS = mapper(NESTING_MAX - 5);

    /** Rejects numbers that are infinite as doubles, or expensive to convert. */
    private static final class BoundedNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public ValueNode numberNode(BigDecimal number) {
            if (number.scale() > PLACES_MAX || Double.isInfinite(number.doubleValue())) {
                throw new ArithmeticException("a number out of range");
            }
            return super.numberNode(number);
        }

        @Override
        public ValueNode numberNode(BigInteger number) {
            if (Double.isInfinite(number.doubleValue())) {
                throw new ArithmeticException("a number out of range");
            }
            return super.numberNode(number);
        }
    }

    private RequestJson() {}

    private static JsonMapper mapper(int nestingMax) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(nestingMax)
                                .maxNumberLength(DIGITS_MAX)
                                .maxNameLength(NAME_MAX)
                                .maxTokenCount(TOKENS_MAX)
                                .build())
                        .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                // Detected in the tree itself, without an additional set of names.
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .nodeFactory(new BoundedNumbers())
                .build();
    }

    /** Parses a request body, and translates it if it is valid JSON. */
    public static ClientRequest read(byte[] body, Function<ObjectNode, ClientRequest> reading) {
        if (!Utf8.isText(body) || startsWithMark(body)) {
            return rejected("The request body must be UTF-8, without a byte order mark.");
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (StreamConstraintsException | ArithmeticException | NumberFormatException e) {
            return rejected("The request body must not be nested deeper than " + NESTING_MAX
                    + ", nor have more than " + TOKENS_MAX + " values and brackets, names of more than " + NAME_MAX
                    + " characters, or numbers of more than " + DIGITS_MAX
                    + " digits or out of the range of a double.");
        } catch (MismatchedInputException e) {
            return rejected(
                    "The request body has a name twice in one object, or something after its end (" + place(e) + ").");
        } catch (JacksonException e) {
            return rejected("The request body is not valid JSON (" + place(e) + ").");
        }
        OptionalInt surrogate = LoneSurrogates.find(body);
        if (surrogate.isPresent()) {
            return rejected(
                    "The request body has half of a surrogate pair (byte " + surrogate.getAsInt() + ") in a string.");
        }
        return json instanceof ObjectNode request
                ? reading.apply(request)
                : rejected("The request body must be a JSON object.");
    }

    /** Whether a byte order mark precedes the JSON. Parsers skip it, but the body is forwarded unchanged. */
    private static boolean startsWithMark(byte[] body) {
        return body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF;
    }

    private static String place(JacksonException e) {
        TokenStreamLocation where = e.getLocation();
        return where == null ? "somewhere" : "line " + where.getLineNr() + ", column " + where.getColumnNr();
    }

    /** The input of a tool from its JSON; empty unless it is an object that a request of the Messages API may contain. */
    public static Optional<ObjectNode> toolInput(String text) {
        try {
            return INPUTS.readTree(text) instanceof ObjectNode input
                            && LoneSurrogates.find(text.getBytes(UTF_8)).isEmpty()
                    ? Optional.of(input)
                    : Optional.empty();
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Rejected rejected(String message) {
        return new Rejected(ApiError.invalidRequest(message));
    }
}
