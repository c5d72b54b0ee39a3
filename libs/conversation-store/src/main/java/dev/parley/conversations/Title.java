package dev.parley.conversations;

import dev.parley.contracts.json.RawJson;
import java.io.Writer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The default title of a conversation: the beginning of its first user message, on one line of at most 80 characters. Parsed
 * as a token stream, so that a request of any size takes little memory.
 */
final class Title {
    static final int CHARACTERS_MAX = 80;
    static final String UNTITLED = "Untitled";

    /** The number of characters of a message that are read for the title. */
    private static final int CHARACTERS_READ_MAX = 2_000;

    private static final String ELLIPSIS = "…";

    /** JSON may have one as an escape; UTF-8 cannot encode it. Pairs are single characters to a pattern. */
    private static final String UNPAIRED_SURROGATE = "\\p{Cs}";

    private static final String REPLACEMENT = "\uFFFD";

    private final JsonParser request;

    private Title(JsonParser request) {
        this.request = request;
    }

    /** The title for a Messages API request; {@value #UNTITLED} for any other JSON. */
    static String of(RawJson request) {
        try (JsonParser parser = request.parser()) {
            String title = shortened(new Title(parser).ofRequest());
            return title.isEmpty() ? UNTITLED : title;
        }
    }

    private String ofRequest() {
        if (request.nextToken() == JsonToken.START_OBJECT) {
            while (request.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean messages = request.currentName().equals("messages");
                if (request.nextToken() == JsonToken.START_ARRAY && messages) {
                    return ofMessages();
                }
                request.skipChildren();
            }
        }
        return "";
    }

    private String ofMessages() {
        while (request.nextToken() != JsonToken.END_ARRAY) {
            Block message = block();
            if (message.kind.equals("user")) {
                return message.text;
            }
        }
        return "";
    }

    /** A message by its {@code role}, or a content block of one by its {@code type}. */
    private record Block(String kind, String text) {}

    private Block block() {
        String kind = "";
        String text = "";
        if (request.currentToken() == JsonToken.START_OBJECT) {
            while (request.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = request.currentName();
                request.nextToken();
                switch (name) {
                    case "role", "type" -> kind = text();
                    case "content" -> text = content();
                    case "text" -> text = text();
                    default -> request.skipChildren();
                }
            }
        } else {
            request.skipChildren();
        }
        return new Block(kind, text);
    }

    /** The text of a content: a string, or its first text block that is not blank. */
    private String content() {
        if (request.currentToken() != JsonToken.START_ARRAY) {
            return text();
        }
        String first = "";
        while (request.nextToken() != JsonToken.END_ARRAY) {
            Block block = block();
            if (first.isBlank() && block.kind.equals("text")) {
                first = block.text;
            }
        }
        return first;
    }

    /** The beginning of a string; empty for other values. */
    private String text() {
        if (request.currentToken() != JsonToken.VALUE_STRING) {
            request.skipChildren();
            return "";
        }
        Beginning beginning = new Beginning();
        request.getString(beginning);
        return beginning.text();
    }

    /** A writer that keeps the first characters and drops the rest. */
    private static final class Beginning extends Writer {
        private final StringBuilder text = new StringBuilder();

        private String text() {
            return text.length() < CHARACTERS_READ_MAX ? text.toString() : cut(text.toString(), CHARACTERS_READ_MAX);
        }

        @Override
        public void write(char[] characters, int from, int length) {
            text.append(characters, from, Math.min(length, CHARACTERS_READ_MAX - text.length()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static String shortened(String text) {
        String wellFormed = text.replaceAll(UNPAIRED_SURROGATE, REPLACEMENT);
        String line = wellFormed.replaceAll("[\\s\\p{Z}\\p{Cc}\\p{Cf}]+", " ").strip();
        return line.length() <= CHARACTERS_MAX
                ? line
                : cut(line, CHARACTERS_MAX - ELLIPSIS.length()).stripTrailing() + ELLIPSIS;
    }

    /** The first {@code charactersMax} characters of the text, without half a surrogate pair at the end. */
    private static String cut(String text, int charactersMax) {
        int end = Character.isHighSurrogate(text.charAt(charactersMax - 1)) ? charactersMax - 1 : charactersMax;
        return text.substring(0, end);
    }
}
