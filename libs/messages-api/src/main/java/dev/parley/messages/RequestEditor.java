package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The bytes of a request to Claude, and changes to them. Parsed once as a token stream, because a tree takes up to 30 times the
 * memory. Unchanged parts stay byte for byte as the client sent them.
 */
public final class RequestEditor {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private static final byte[] COMMA = {','};
    private static final byte[] MODEL = "\"model\":".getBytes(UTF_8);

    /** From the first byte to before the last. */
    private record Range(int from, int to) {
        private static final Range NOWHERE = new Range(-1, -1);

        boolean exists() {
            return from >= 0;
        }
    }

    private record Change(
            Range range,
            @SuppressWarnings("ArrayRecordComponent") byte[] by) {}

    /** The kind of content of the last message. */
    public enum Content {
        STRING,
        EMPTY_ARRAY,
        ARRAY,
        OTHER
    }

    /** The last message, and the offset of the quote or bracket that closes its content. */
    private record Message(boolean assistant, Content content, int contentEnd) {
        private static final Message NONE = new Message(false, Content.OTHER, -1);
    }

    private final byte[] text;
    private final List<Change> changes = new ArrayList<>();
    private int begin;
    private Range model = Range.NOWHERE;
    /** Empty if there is none. */
    private String modelName = "";

    private Range maxTokensAt = Range.NOWHERE;
    private OptionalInt maxTokens = OptionalInt.empty();
    private Range thinking = Range.NOWHERE;
    private String thinkingType = "";
    private int thinkingBudget;
    private Message last = Message.NONE;
    private boolean hasFormat;
    private boolean empty = true;
    private int messagesEnd = -1;

    /** Parses a request; throws a {@link JacksonException} if it is no JSON. */
    public RequestEditor(byte[] text) {
        this.text = text;
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            read(parser);
        }
    }

    /** The request with another model; unchanged if it names none. Throws a {@link JacksonException} if it is no JSON. */
    public static byte[] withModel(byte[] request, UnaryOperator<String> replacement) {
        RequestEditor editor = new RequestEditor(request);
        String other = replacement.apply(editor.modelName);
        if (other.equals(editor.modelName)) {
            return request;
        }
        editor.replaceModel(('"' + other + '"').getBytes(UTF_8));
        return editor.edited();
    }

    private void read(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return;
        }
        begin = end(parser);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("messages") && token == JsonToken.START_ARRAY) {
                readMessages(parser);
            } else if (name.equals("max_tokens") && token == JsonToken.VALUE_NUMBER_INT) {
                maxTokens = integer(parser);
                maxTokensAt = range(parser);
            } else if (name.equals("model")) {
                modelName = token == JsonToken.VALUE_STRING ? parser.getString() : "";
                model = range(parser);
            } else if (name.equals("output_config") && token == JsonToken.START_OBJECT) {
                readOutputConfig(parser);
            } else if (name.equals("thinking") && token == JsonToken.START_OBJECT) {
                int from = start(parser);
                readThinking(parser);
                thinking = new Range(from, end(parser));
            } else {
                hasFormat |= name.equals("output_format") && token != JsonToken.VALUE_NULL;
                parser.skipChildren();
            }
        }
    }

    private void readOutputConfig(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            hasFormat |= parser.nextToken() != JsonToken.VALUE_NULL && name.equals("format");
            parser.skipChildren();
        }
    }

    private void readThinking(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("budget_tokens") && token == JsonToken.VALUE_NUMBER_INT) {
                thinkingBudget = integer(parser).orElse(0);
            } else if (name.equals("type") && token == JsonToken.VALUE_STRING) {
                thinkingType = parser.getString();
            }
            parser.skipChildren();
        }
    }

    private static OptionalInt integer(JsonParser parser) {
        return parser.getNumberType() == JsonParser.NumberType.INT
                ? OptionalInt.of(parser.getIntValue())
                : OptionalInt.empty();
    }

    private void readMessages(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            empty = false;
            last = message(parser);
        }
        messagesEnd = start(parser);
    }

    private static Message message(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return Message.NONE;
        }
        Message message = Message.NONE;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("role")) {
                boolean assistant = token == JsonToken.VALUE_STRING
                        && parser.getStringLength() < 20
                        && parser.getString().equals("assistant");
                message = new Message(assistant, message.content, message.contentEnd);
            } else if (name.equals("content")) {
                Content content = content(parser, token);
                message = new Message(message.assistant, content, end(parser) - 1);
            }
            parser.skipChildren();
        }
        return message;
    }

    /** Reads to the end of an array, and no further. */
    private static Content content(JsonParser parser, JsonToken token) {
        if (token == JsonToken.START_ARRAY) {
            boolean none = true;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                none = false;
                parser.skipChildren();
            }
            return none ? Content.EMPTY_ARRAY : Content.ARRAY;
        }
        parser.skipChildren();
        return token == JsonToken.VALUE_STRING ? Content.STRING : Content.OTHER;
    }

    private static Range range(JsonParser parser) {
        int from = start(parser);
        parser.skipChildren();
        return new Range(from, end(parser));
    }

    private static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int end(JsonParser parser) {
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }

    /** {@code max_tokens}; empty if it is missing or no integer. */
    public OptionalInt maxTokens() {
        return maxTokens;
    }

    /** {@code thinking.type}; empty if it is missing or no string. */
    public String thinkingType() {
        return thinkingType;
    }

    /** {@code thinking.budget_tokens}; 0 if it is missing or no integer. */
    public int thinkingBudget() {
        return thinkingBudget;
    }

    /** Whether the answer has a format, such as a JSON schema. */
    public boolean hasFormat() {
        return hasFormat;
    }

    /** The kind of content of the last message if it is the assistant's, which can be extended; else {@code OTHER}. */
    public Content openContent() {
        return last.assistant ? last.content : Content.OTHER;
    }

    public void replaceMaxTokens(byte[] number) {
        change(maxTokensAt, number);
    }

    /** Replaces {@code thinking}, which the request has. */
    public void replaceThinking(byte[] value) {
        change(thinking, value);
    }

    public void replaceModel(byte[] name) {
        if (model.exists()) {
            change(model, name);
        } else {
            change(new Range(begin, begin), joined(MODEL, name, COMMA));
        }
    }

    /** Extends the content of the last message: by escaped characters of a string, or an element of an array. */
    public void addContent(byte[] more) {
        Range end = new Range(last.contentEnd, last.contentEnd);
        change(end, last.content == Content.ARRAY ? joined(COMMA, more) : more);
    }

    /** Throws an {@link IllegalArgumentException} if the request has no array of messages. */
    public void addMessage(byte[] message) {
        if (messagesEnd < 0) {
            throw new IllegalArgumentException("the request has no messages");
        }
        change(new Range(messagesEnd, messagesEnd), empty ? message : joined(COMMA, message));
        empty = false;
    }

    private void change(Range range, byte[] by) {
        changes.add(new Change(range, by));
    }

    public byte[] edited() {
        changes.sort(Comparator.comparingInt(change -> change.range.from));
        ByteArrayOutputStream changed = new ByteArrayOutputStream(text.length
                + changes.stream().mapToInt(change -> change.by.length).sum());
        int at = 0;
        for (Change change : changes) {
            changed.write(text, at, change.range.from - at);
            changed.writeBytes(change.by);
            at = change.range.to;
        }
        changed.write(text, at, text.length - at);
        return changed.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
