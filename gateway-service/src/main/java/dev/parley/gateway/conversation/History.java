package dev.parley.gateway.conversation;

import dev.parley.contracts.json.RawJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The messages of a conversation so far, in the format of a Messages API request. */
public record History(List<RawJson> messages) {
    public static final History EMPTY = new History(List.of());

    public History {
        messages = List.copyOf(messages);
    }

    /**
     * The history after a completed turn: the messages of its request, which include all earlier ones, and its answer.
     *
     * @param answer the assembled message; parts that a request may not contain are omitted
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

    /** The length of all messages as JSON. */
    public long bytes() {
        return messages.stream().mapToLong(RawJson::length).sum();
    }

    /** Claude may send an empty text block, but rejects it in a request. */
    private static boolean isEmptyText(JsonNode block) {
        return block.path("type").stringValue("").equals("text")
                && block.path("text").stringValue("").isEmpty();
    }
}
