package dev.parley.simulator.request;

import static dev.parley.simulator.request.Rule.holds;
import static dev.parley.simulator.request.Rule.holdsIf;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The rules for messages, one by one and in their order. */
final class MessageRules {
    private static final int MESSAGES_MAX = 100_000;

    static final List<Rule> RULES = List.of(
            body -> holdsIf(!body.path("messages").isEmpty(), "messages: at least one message is required"),
            body -> holdsIf(body.path("messages").size() <= MESSAGES_MAX, "messages: too many messages"),
            MessageRules::each,
            body -> holdsIf(
                    role(body.path("messages").path(0)).equals("user"),
                    "messages: first message must use the \"user\" role"),
            MessageRules::toolResultsFollowToolUses,
            MessageRules::lastDoesNotEndInWhitespace);

    private MessageRules() {}

    private static Optional<String> each(JsonNode body) {
        JsonNode messages = body.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            boolean last = i == messages.size() - 1;
            Optional<String> broken = message("messages." + i, messages.path(i), last);
            if (broken.isPresent()) {
                return broken;
            }
        }
        return holds();
    }

    private static Optional<String> message(String where, JsonNode message, boolean last) {
        if (!message.isObject()) {
            return Optional.of(where + ": Input should be an object");
        }
        String role = role(message);
        if (!Set.of("user", "assistant", "system").contains(role)) {
            return Optional.of(where + ".role: Input should be 'user', 'assistant' or 'system'");
        }
        JsonNode content = message.path("content");
        if (!content.isString() && !content.isArray()) {
            return Optional.of(where + ".content: " + (content.isMissingNode() ? "Field required" : "Invalid input"));
        }
        boolean empty =
                content.isArray() ? content.isEmpty() : content.stringValue("").isEmpty();
        if (empty && !(last && role.equals("assistant"))) {
            return Optional.of(where + ": all messages must have non-empty content except for the optional final "
                    + "assistant message");
        }
        return content.isArray() ? blocks(where + ".content.", content) : holds();
    }

    private static Optional<String> blocks(String where, JsonNode content) {
        for (int i = 0; i < content.size(); i++) {
            Optional<String> broken = block(where + i, content.path(i));
            if (broken.isPresent()) {
                return broken;
            }
        }
        return holds();
    }

    private static Optional<String> block(String where, JsonNode block) {
        return switch (block.path("type").stringValue("")) {
            case "" -> Optional.of(where + ".type: Field required");
            case "text" -> {
                if (!block.path("text").isString()) {
                    yield Optional.of(where + ".text.text: Field required");
                }
                yield holdsIf(
                        !block.path("text").stringValue("").isEmpty(),
                        "messages: text content blocks must be non-empty");
            }
            case "image", "document" -> source(where, block);
            case "tool_use" ->
                holdsIf(
                        block.path("id").isString()
                                && block.path("name").isString()
                                && block.path("input").isObject(),
                        where + ".tool_use: id, name and input are required");
            case "tool_result" ->
                holdsIf(block.path("tool_use_id").isString(), where + ".tool_result.tool_use_id: Field required");
            default -> holds();
        };
    }

    private static Optional<String> source(String where, JsonNode block) {
        String kind = block.path("type").stringValue("");
        JsonNode source = block.path("source");
        return switch (source.path("type").stringValue("")) {
            case "base64" ->
                holdsIf(
                        source.path("media_type").isString()
                                && !source.path("data").stringValue("").isEmpty(),
                        where + "." + kind + ".source.base64: media_type and data are required");
            case "url" ->
                holdsIf(source.path("url").isString(), where + "." + kind + ".source.url.url: Field required");
            case "file", "text", "content" -> holds();
            default -> Optional.of(where + "." + kind + ".source: Field required");
        };
    }

    private static Optional<String> toolResultsFollowToolUses(JsonNode body) {
        JsonNode messages = body.path("messages");
        Set<String> asked = Set.of();
        for (int i = 0; i < messages.size(); i++) {
            Set<String> answered = ids(messages.path(i), "tool_result", "tool_use_id");
            for (String id : answered) {
                if (!asked.contains(id)) {
                    return Optional.of("messages." + i + ": unexpected `tool_use_id` found in `tool_result` blocks: "
                            + id + ". Each `tool_result` block must have a corresponding `tool_use` block in the "
                            + "previous message.");
                }
            }
            if (!answered.containsAll(asked)) {
                return Optional.of("messages." + (i - 1) + ": `tool_use` ids were found without `tool_result` blocks "
                        + "immediately after: " + String.join(", ", asked) + ". Each `tool_use` block must have a "
                        + "corresponding `tool_result` block in the next message.");
            }
            asked = ids(messages.path(i), "tool_use", "id");
        }
        return holds();
    }

    private static Set<String> ids(JsonNode message, String type, String field) {
        Set<String> ids = new HashSet<>();
        for (JsonNode block : message.path("content")) {
            if (block.path("type").stringValue("").equals(type)) {
                ids.add(block.path(field).stringValue(""));
            }
        }
        return ids;
    }

    private static Optional<String> lastDoesNotEndInWhitespace(JsonNode body) {
        JsonNode messages = body.path("messages");
        JsonNode last = messages.path(messages.size() - 1);
        JsonNode content = last.path("content");
        String text = content.isArray()
                ? content.path(content.size() - 1).path("text").stringValue("")
                : content.stringValue("");
        return holdsIf(
                !role(last).equals("assistant") || text.equals(text.stripTrailing()),
                "messages: final assistant content cannot end with trailing whitespace");
    }

    private static String role(JsonNode message) {
        return message.path("role").stringValue("");
    }
}
