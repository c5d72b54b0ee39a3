package dev.parley.gateway.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.json.RawJson;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Removes the marks for Claude's prompt cache from messages. Clients mark the last message of each request, and a request may have
 * four marks. Claude also finds what earlier marks have stored.
 */
final class CacheMarks {
    private static final String MARK = "cache_control";
    private static final byte[] MARK_BYTES = MARK.getBytes(UTF_8);

    private CacheMarks() {}

    /** The message without marks of its content blocks and of those within them. The input of a tool is unchanged. */
    static RawJson removed(RawJson message) {
        if (!message.contains(MARK_BYTES)) {
            return message;
        }
        // Copied token by token, because a tree takes up to 30 times the memory.
        ByteArrayOutputStream copy = new ByteArrayOutputStream(message.length());
        try (JsonParser from = message.parser();
                JsonGenerator to = JsonMapper.shared().createGenerator(copy)) {
            from.nextToken();
            copyContent(from, to);
        }
        return RawJson.of(copy.toByteArray()).orElseThrow();
    }

    /** Copies the value at which the parser is, without the marks of its blocks. */
    static void copyContent(JsonParser from, JsonGenerator to) {
        if (from.currentToken() == JsonToken.START_ARRAY) {
            to.writeStartArray();
            while (from.nextToken() != JsonToken.END_ARRAY) {
                copyContent(from, to);
            }
            to.writeEndArray();
        } else if (from.currentToken() == JsonToken.START_OBJECT) {
            to.writeStartObject();
            while (from.nextToken() == JsonToken.PROPERTY_NAME) {
                copyMember(from.currentName(), from, to);
            }
            to.writeEndObject();
        } else {
            to.copyCurrentEventExact(from);
        }
    }

    private static void copyMember(String name, JsonParser from, JsonGenerator to) {
        from.nextToken();
        switch (name) {
            case MARK -> from.skipChildren();
            case "content", "source" -> {
                to.writeName(name);
                copyContent(from, to);
            }
            default -> {
                to.writeName(name);
                to.copyCurrentStructureExact(from);
            }
        }
    }
}
