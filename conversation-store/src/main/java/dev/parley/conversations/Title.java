package dev.parley.conversations;

import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** What a conversation is called: the beginning of its first user message, on one line of at most 80 characters. */
final class Title {
    static final int CHARACTERS_MAX = 80;
    static final String UNTITLED = "Untitled";

    /** Enough of a message to make a title of; the rest of megabytes is not looked at. */
    private static final int CHARACTERS_READ_MAX = 2_000;

    private static final String ELLIPSIS = "…";

    private Title() {}

    /** The title of a conversation that began with a Messages API request; of any other JSON it is {@value #UNTITLED}. */
    static String of(JsonNode request) {
        return children(request.path("messages"))
                .filter(message -> message.path("role").asString("").equals("user"))
                .findFirst()
                .map(message -> shortened(text(message.path("content"))))
                .filter(title -> !title.isEmpty())
                .orElse(UNTITLED);
    }

    private static String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        return children(content)
                .filter(block -> block.path("type").asString("").equals("text"))
                .map(block -> block.path("text").asString(""))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
    }

    private static Stream<JsonNode> children(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String shortened(String text) {
        String line = text.substring(0, Math.min(text.length(), CHARACTERS_READ_MAX))
                .replaceAll("[\\s\\p{Z}\\p{Cc}\\p{Cf}]+", " ")
                .strip();
        return line.length() <= CHARACTERS_MAX
                ? line
                : cut(line, CHARACTERS_MAX - ELLIPSIS.length()).stripTrailing() + ELLIPSIS;
    }

    /** At most {@code charactersMax} of the text, not ending in half a surrogate pair. */
    private static String cut(String text, int charactersMax) {
        int end = Character.isHighSurrogate(text.charAt(charactersMax - 1)) ? charactersMax - 1 : charactersMax;
        return text.substring(0, end);
    }
}
