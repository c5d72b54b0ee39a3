package dev.parley.gateway.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.json.RawJson;
import dev.parley.messages.Thinking;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** Removes thinking from messages, token by token, because a tree takes up to 30 times the memory. */
final class ThinkingBlocks {
    /** The end of its types. */
    private static final byte[] THINKING = "thinking".getBytes(UTF_8);

    private ThinkingBlocks() {}

    /** The message without thinking; empty if it has nothing else. */
    static Optional<RawJson> removed(RawJson message) {
        List<RawJson> content = message.elements("content");
        List<RawJson> kept =
                content.stream().filter(block -> !isThinking(block)).toList();
        if (kept.size() == content.size()) {
            return Optional.of(message);
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(withContent(message, kept));
    }

    private static boolean isThinking(RawJson block) {
        return block.contains(THINKING) && Thinking.is(block.tree());
    }

    private static RawJson withContent(RawJson message, List<RawJson> content) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(message.length());
        try (JsonParser from = message.parser();
                JsonGenerator to = JsonMapper.shared().createGenerator(copy)) {
            from.nextToken();
            to.writeStartObject();
            while (from.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = from.currentName();
                from.nextToken();
                to.writeName(name);
                if (name.equals("content")) {
                    from.skipChildren();
                    to.writePOJO(content);
                } else {
                    to.copyCurrentStructureExact(from);
                }
            }
            to.writeEndObject();
        }
        return RawJson.of(copy.toByteArray()).orElseThrow();
    }
}
