package dev.parley.router;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what the rules of the router look at from a Messages API request. */
public final class RequestTraitsReader {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int CHARACTERS_PER_TOKEN = 4;

    /** Above it a request counts as long and is not parsed, because a tree takes many times its memory. */
    private static final int BYTES_MAX = 64 * 1024;

    private final List<String> questions = new ArrayList<>();
    private final Set<String> content = new HashSet<>();
    private long characters;

    private RequestTraitsReader() {}

    /**
     * The traits of a request; those of a long prompt if it is larger than 64 KiB or unreadable.
     *
     * @param again whether the client refuses a cached answer
     */
    public static RequestTraits read(byte[] request, boolean again) {
        if (request.length > BYTES_MAX) {
            return unread(again);
        }
        try {
            return new RequestTraitsReader().traits(MAPPER.readTree(request), again);
        } catch (JacksonException e) {
            return unread(again);
        }
    }

    private static RequestTraits unread(boolean again) {
        return new RequestTraits(List.of(""), Set.of(), false, false, false, BYTES_MAX, 0, again);
    }

    private RequestTraits traits(JsonNode request, boolean again) {
        text(request.path("system"));
        for (JsonNode message : request.path("messages")) {
            String text = text(message.path("content"));
            if (message.path("role").stringValue("").equals("user")) {
                questions.add(text);
            }
        }
        return new RequestTraits(
                questions.isEmpty() ? List.of("") : questions,
                content,
                !request.path("tools").isEmpty() || !request.path("mcp_servers").isEmpty() || request.has("container"),
                request.path("output_config").has("format") || request.has("output_format"),
                request.path("thinking").path("type").stringValue("").equals("enabled"),
                characters / CHARACTERS_PER_TOKEN,
                request.path("max_tokens").longValue(0),
                again);
    }

    /** The text of a content, which is a string or an array of blocks. Notes the types of other blocks, except thinking. */
    private String text(JsonNode node) {
        StringBuilder text = new StringBuilder(node.stringValue(""));
        for (JsonNode block : node) {
            String type = block.path("type").stringValue("");
            if (type.equals("text")) {
                text.append(block.path("text").stringValue(""));
            } else if (!type.endsWith("thinking")) {
                content.add(type);
            }
        }
        characters += text.length();
        return text.toString();
    }
}
