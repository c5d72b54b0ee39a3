package dev.parley.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** The model in the bytes of a request, which is changed without parsing the rest into a tree. */
public final class RequestModel {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private RequestModel() {}

    /** The request with another model; unchanged if it names none or is no JSON, which Claude reports. */
    public static byte[] replace(byte[] request, UnaryOperator<String> replacement) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), request)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return request;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean model = parser.currentName().equals("model");
                if (parser.nextToken() == JsonToken.VALUE_STRING && model) {
                    return replace(request, parser, replacement);
                }
                parser.skipChildren();
            }
            return request;
        } catch (JacksonException e) {
            return request;
        }
    }

    private static byte[] replace(byte[] request, JsonParser parser, UnaryOperator<String> replacement) {
        String name = parser.getString();
        String other = replacement.apply(name);
        if (other.equals(name)) {
            return request;
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        int to = (int) parser.currentLocation().getByteOffset();
        byte[] value = ('"' + other + '"').getBytes(UTF_8);
        return ByteBuffer.allocate(request.length - (to - from) + value.length)
                .put(request, 0, from)
                .put(value)
                .put(request, to, request.length - to)
                .array();
    }
}
