package dev.parley.replay.output;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/** Extracts text from requests, answers and deltas of the Messages API. A missing node stands for no text. */
final class MessageText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private MessageText() {}

    /** The text of the user's last message. */
    static JsonNode question(JsonNode request) {
        return request.path("messages")
                .valueStream()
                .filter(message -> message.path("role").asString("").equals("user"))
                .reduce((_, later) -> later)
                .map(message -> text(message.path("content"), "\n"))
                .orElseGet(MissingNode::getInstance);
    }

    static JsonNode answer(JsonNode message) {
        return text(message.path("content"), "");
    }

    private static JsonNode text(JsonNode content, String separator) {
        if (!content.isArray()) {
            return content;
        }
        return NODES.stringNode(content.valueStream()
                .filter(block -> block.path("type").asString("").equals("text"))
                .map(block -> block.path("text").asString(""))
                .collect(Collectors.joining(separator)));
    }

    /** The text that the events of a delta add to the answer. */
    static JsonNode delta(JsonNode data) {
        JsonNode events = data.path("events");
        return events.isArray()
                ? NODES.stringNode(events.valueStream()
                        .map(event -> event.at("/data/delta/text").asString(""))
                        .collect(Collectors.joining()))
                : MissingNode.getInstance();
    }

    static JsonNode size(JsonNode array) {
        return array.isArray() ? NODES.numberNode(array.size()) : MissingNode.getInstance();
    }
}
