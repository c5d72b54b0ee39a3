package dev.parley.gateway.request;

import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.ValueNode;

/**
 * Reads the JSON of requests, of either API. Takes only what a turn can hold, which has the request within it: whoever
 * reads turns reads JSON nested 500 deep, and numbers as IEEE 754 doubles (RFC 8259, section 6).
 */
public final class RequestJson {
    private static final int NESTING_MAX = 480;
    private static final int DIGITS_MAX = 1000;
    /** No double has more decimal places than 1,074; digits that make no difference may follow. */
    private static final int PLACES_MAX = 1074 + DIGITS_MAX;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxNumberLength(DIGITS_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(new BoundedNumbers())
            .build();

    /** Makes no numbers that others would read as infinite, or would need long for. */
    private static final class BoundedNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public ValueNode numberNode(BigDecimal number) {
            if (number.scale() > PLACES_MAX || Double.isInfinite(number.doubleValue())) {
                throw new ArithmeticException("a number out of range");
            }
            return super.numberNode(number);
        }
    }

    private RequestJson() {}

    /**
     * What becomes of a request's body.
     *
     * @param reading is given the JSON, if it can be read
     */
    public static ClientRequest read(byte[] body, Function<ObjectNode, ClientRequest> reading) {
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (StreamConstraintsException | ArithmeticException | NumberFormatException e) {
            return rejected("The request body must not be nested deeper than " + NESTING_MAX
                    + ", nor have numbers of more than " + DIGITS_MAX + " digits or out of the range of a double.");
        } catch (JacksonException e) {
            var where = e.getLocation();
            return rejected("The request body is not valid JSON (line " + where.getLineNr() + ", column "
                    + where.getColumnNr() + ").");
        }
        return json instanceof ObjectNode request
                ? reading.apply(request)
                : rejected("The request body must be a JSON object.");
    }

    /**
     * The JSON within a text of a request.
     *
     * @throws JacksonException if it is none
     * @throws ArithmeticException if it has a number that a request must not have
     * @throws NumberFormatException if it has one that nobody can read
     */
    public static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    private static Rejected rejected(String message) {
        return new Rejected(ApiError.invalidRequest(message));
    }
}
