package dev.parley.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON value as its original UTF-8 bytes. It takes the memory of its bytes, where a tree takes up to 30 times as much, and
 * is written unchanged. Values of equal bytes are equal.
 *
 * <p>It may refer to a part of a larger array, which it then keeps reachable.
 */
@JsonSerialize(using = RawJsonWriter.class)
@JsonDeserialize(using = RawJsonReader.class)
public final class RawJson {
    /** Below the limit of 500 of the readers of events, because the event around a value takes some levels. */
    private static final int NESTING_MAX = 490;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
            .build();

    private static final JsonMapper MAPPER = new JsonMapper(FACTORY);

    static final RawJson NULL = new RawJson("null".getBytes(UTF_8), 0, "null".length());

    private final byte[] source;
    private final int from;
    private final int to;

    private RawJson(byte[] source, int from, int to) {
        this.source = source;
        this.from = from;
        this.to = to;
    }

    /** A part of a document, which a parser has read as a value. */
    static RawJson within(byte[] source, int from, int to) {
        return new RawJson(source, from, to);
    }

    /**
     * The value of a text, which is parsed once and must not be modified.
     *
     * @return empty if the text is not one complete JSON value in UTF-8, or is nested too deeply for readers of events
     */
    public static Optional<RawJson> of(byte[] text) {
        if (!Utf8.isText(text)) {
            return Optional.empty();
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            parser.skipChildren();
            return parser.nextToken() == null ? Optional.of(stripped(text)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static RawJson stripped(byte[] text) {
        int from = 0;
        int to = text.length;
        while (text[from] <= ' ') {
            from++;
        }
        while (text[to - 1] <= ' ' && text[to - 1] >= 0) {
            to--;
        }
        return new RawJson(text, from, to);
    }

    public static RawJson of(JsonNode tree) {
        byte[] text = MAPPER.writeValueAsBytes(tree);
        return new RawJson(text, 0, text.length);
    }

    public static RawJson ofText(String text) {
        return of(MAPPER.getNodeFactory().stringNode(text));
    }

    static JsonGenerator generator(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** The byte offset of the value at which the parser is. */
    static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Skips the value at which the parser is, and returns the byte offset after it. */
    static int end(JsonParser parser) {
        parser.skipChildren();
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }

    public int length() {
        return to - from;
    }

    /** Whether the text has these bytes, of which there is at least one, anywhere. */
    public boolean contains(byte[] part) {
        for (int at = from; at <= to - part.length; at++) {
            if (source[at] == part[0] && Arrays.equals(source, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    /** The text; not to be modified. */
    public byte[] bytes() {
        return from == 0 && to == source.length ? source : Arrays.copyOfRange(source, from, to);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(source, from, length());
    }

    public JsonParser parser() {
        return FACTORY.createParser(ObjectReadContext.empty(), source, from, length());
    }

    /** The value as a tree, which takes up to 30 times the memory. */
    public JsonNode tree() {
        return MAPPER.readTree(source, from, length());
    }

    /**
     * The elements of the array in the property {@code name}; none if this is not an object, or the property is not an
     * array.
     */
    public List<RawJson> elements(String name) {
        List<RawJson> elements = new ArrayList<>();
        try (JsonParser parser = parser()) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean wanted = parser.currentName().equals(name);
                    if (parser.nextToken() == JsonToken.START_ARRAY && wanted) {
                        addElements(parser, elements);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
        return elements;
    }

    /** Equal values in an array of their own, which keep nothing else reachable. */
    public static List<RawJson> detached(List<RawJson> values) {
        ByteBuffer own = ByteBuffer.allocate(
                Math.toIntExact(values.stream().mapToLong(RawJson::length).sum()));
        return values.stream()
                .map(value -> {
                    int from = own.position();
                    own.put(value.source, value.from, value.length());
                    return new RawJson(own.array(), from, own.position());
                })
                .toList();
    }

    private void addElements(JsonParser parser, List<RawJson> elements) {
        elements.clear();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int start = start(parser);
            elements.add(new RawJson(source, from + start, from + end(parser)));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawJson raw && Arrays.equals(source, from, to, raw.source, raw.from, raw.to);
    }

    @Override
    public int hashCode() {
        return ByteBuffer.wrap(source, from, length()).hashCode();
    }

    @Override
    public String toString() {
        return new String(source, from, length(), UTF_8);
    }
}
