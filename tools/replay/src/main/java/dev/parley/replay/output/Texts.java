package dev.parley.replay.output;

import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/** What people wrote and read, out of the structures of the Messages API. */
final class Texts {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Texts() {}

    /** The text of the last message of the user. */
    static JsonNode question(JsonNode request) {
        Optional<JsonNode> last = request.path("messages")
                .valueStream()
                .filter(message -> message.path("role").asString("").equals("user"))
                .reduce((_, later) -> later);
        return last.map(message -> content(message.path("content"), "\n")).orElseGet(MissingNode::getInstance);
    }

    /** The text of the answer. */
    static JsonNode answer(JsonNode message) {
        return content(message.path("content"), "");
    }

    private static JsonNode content(JsonNode content, String separator) {
        if (!content.isArray()) {
            return content;
        }
        return NODES.stringNode(content.valueStream()
                .filter(block -> block.path("type").asString("").equals("text"))
                .map(block -> block.path("text").asString(""))
                .collect(Collectors.joining(separator)));
    }

    /** The text that a delta's events add to the answer. */
    static JsonNode ofDelta(JsonNode data) {
        if (!data.path("events").isArray()) {
            return MissingNode.getInstance();
        }
        return NODES.stringNode(data.path("events")
                .valueStream()
                .map(event -> event.at("/data/delta/text").asString(""))
                .collect(Collectors.joining()));
    }

    static JsonNode size(JsonNode array) {
        return array.isArray() ? NODES.numberNode(array.size()) : MissingNode.getInstance();
    }
}
