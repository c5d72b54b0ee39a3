package dev.parley.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
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
 * A JSON value as the UTF-8 that it was written in. It takes the room of its bytes, where a tree takes up to 30 times as
 * much, and is written again as it is. Equal to another one of the same bytes.
 *
 * <p>It may be a part of a larger array, which it then keeps from being collected.
 */
@JsonSerialize(using = RawJsonWriter.class)
@JsonDeserialize(using = RawJsonReader.class)
public final class RawJson {
    /** Within the 500 that readers of events take, of which a value within an event has some fewer. */
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

    /** A part of a text that a parser has read as a value. */
    static RawJson within(byte[] source, int from, int to) {
        return new RawJson(source, from, to);
    }

    /**
     * A value by its text, which is read once and not to be modified.
     *
     * @return empty if it is not one whole JSON value in UTF-8, or one that readers of events would not take
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

    /** Without the white space around it. */
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

    /** A tree as text. */
    public static RawJson of(JsonNode tree) {
        byte[] text = MAPPER.writeValueAsBytes(tree);
        return new RawJson(text, 0, text.length);
    }

    /** A JSON string. */
    public static RawJson ofText(String text) {
        return of(MAPPER.getNodeFactory().stringNode(text));
    }

    /** A generator of JSON text. */
    static JsonGenerator generator(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** Where the value begins that a parser of bytes has come to. */
    static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Reads to the end of the value that a parser of bytes has come to, and tells where that is. */
    static int end(JsonParser parser) {
        parser.skipChildren();
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }

    public int length() {
        return to - from;
    }

    /** The text; not to be modified. */
    public byte[] bytes() {
        return from == 0 && to == source.length ? source : Arrays.copyOfRange(source, from, to);
    }

    /** A parser at the beginning of the text. */
    public JsonParser parser() {
        return FACTORY.createParser(ObjectReadContext.empty(), source, from, length());
    }

    /** The value as a tree, with all the room that this takes. */
    public JsonNode tree() {
        return MAPPER.readTree(source, from, length());
    }

    /** The elements of the array that this object has under a name; none if it is no object, or has no array there. */
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
        int hash = 1;
        for (int at = from; at < to; at++) {
            hash = 31 * hash + source[at];
        }
        return hash;
    }

    /** The text. */
    @Override
    public String toString() {
        return new String(source, from, length(), UTF_8);
    }
}
