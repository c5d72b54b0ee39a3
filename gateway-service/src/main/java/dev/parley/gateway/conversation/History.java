package dev.parley.gateway.conversation;

import dev.parley.contracts.json.RawJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The messages that a conversation consists of so far, as a request of the Messages API begins with them. */
public record History(List<RawJson> messages) {
    public static final History EMPTY = new History(List.of());

    public History {
        messages = List.copyOf(messages);
    }

    /**
     * What a completed turn leaves behind: the messages of its request, which has all of those before, and its answer.
     *
     * @param answer the assembled message; of it, what a request may hold is taken
     */
    public static History after(RawJson request, JsonNode answer) {
        List<RawJson> messages = new ArrayList<>(request.elements("messages"));
        List<JsonNode> content = answer.path("content")
                .valueStream()
                .filter(block -> !isEmptyText(block))
                .toList();
        if (!content.isEmpty()) {
            ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
            message.putArray("content").addAll(content);
            messages.add(RawJson.of(message));
        }
        return new History(messages);
    }

    /** How large it is. */
    public long bytes() {
        return messages.stream().mapToLong(RawJson::length).sum();
    }

    /** Claude may send an empty text, but takes none. */
    private static boolean isEmptyText(JsonNode block) {
        return block.path("type").stringValue("").equals("text")
                && block.path("text").stringValue("").isEmpty();
    }
}
