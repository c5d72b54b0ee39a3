package dev.parley.simulator.request;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** The rules for fields that depend on each other. The schema has accepted the body. */
final class RequestRules {
    private static final List<Function<JsonNode, Optional<String>>> RULES = List.of(
            RequestRules::thinking,
            RequestRules::toolNames,
            RequestRules::toolChoice,
            RequestRules::emptyContent,
            RequestRules::firstMessage,
            RequestRules::toolResults,
            RequestRules::lastMessage);

    private RequestRules() {}

    /**
     * The first error, if a rule is broken.
     *
     * @param answer whether the request is for an answer, which needs {@code max_tokens}
     */
    static Optional<String> error(JsonNode body, boolean answer) {
        return errorIf(answer && !body.has("max_tokens"), "max_tokens: Field required")
                .or(() -> RULES.stream()
                        .flatMap(rule -> rule.apply(body).stream())
                        .findFirst());
    }

    /** Whether the client runs a tool: the API's own tools have a type of their own and no schema. */
    static boolean runByClient(JsonNode tool) {
        return Set.of("", "custom").contains(string(tool, "type"));
    }

    private static Optional<String> thinking(JsonNode body) {
        JsonNode thinking = body.path("thinking");
        if (!string(thinking, "type").equals("enabled")) {
            return Optional.empty();
        }
        return errorIf(
                        body.has("max_tokens")
                                && body.path("max_tokens").asLong()
                                        <= thinking.path("budget_tokens").asLong(),
                        "`max_tokens` must be greater than `thinking.budget_tokens`")
                .or(() -> errorIf(
                        body.path("temperature").asDouble(1) != 1,
                        "`temperature` may only be set to 1 when thinking is enabled"))
                .or(() -> errorIf(
                        Set.of("any", "tool").contains(string(body.path("tool_choice"), "type")),
                        "Thinking may not be enabled when tool_choice forces tool use."));
    }

    private static Optional<String> toolNames(JsonNode body) {
        List<String> names = body.path("tools")
                .valueStream()
                .filter(RequestRules::runByClient)
                .map(tool -> string(tool, "name"))
                .toList();
        return errorIf(Set.copyOf(names).size() < names.size(), "tools: Tool names must be unique.");
    }

    private static Optional<String> toolChoice(JsonNode body) {
        if (!body.has("tool_choice")) {
            return Optional.empty();
        }
        JsonNode choice = body.path("tool_choice");
        String name = string(choice, "name");
        return errorIf(body.path("tools").isEmpty(), "tool_choice may only be specified while providing tools")
                .or(() -> errorIf(
                        string(choice, "type").equals("tool")
                                && body.path("tools")
                                        .valueStream()
                                        .noneMatch(tool -> string(tool, "name").equals(name)),
                        "Tool '" + name + "' not found in provided tools"));
    }

    private static Optional<String> emptyContent(JsonNode body) {
        JsonNode messages = body.path("messages");
        return IntStream.range(0, messages.size())
                .filter(i -> isEmpty(messages.path(i).path("content")))
                .filter(i -> i < messages.size() - 1 || !hasRole(messages.path(i), "assistant"))
                .mapToObj(i -> "messages." + i + ": all messages must have non-empty content except for the optional "
                        + "final assistant message")
                .findFirst();
    }

    private static Optional<String> firstMessage(JsonNode body) {
        return errorIf(
                !hasRole(body.path("messages").path(0), "user"), "messages: first message must use the \"user\" role");
    }

    private static Optional<String> toolResults(JsonNode body) {
        JsonNode messages = body.path("messages");
        Set<String> uses = Set.of();
        for (int i = 0; i < messages.size(); i++) {
            Set<String> results = ids(messages.path(i), "tool_result", "tool_use_id");
            for (String id : results) {
                if (!uses.contains(id)) {
                    return Optional.of("messages." + i + ": unexpected `tool_use_id` found in `tool_result` blocks: "
                            + id + ". Each `tool_result` block must have a corresponding `tool_use` block in the "
                            + "previous message.");
                }
            }
            if (!results.containsAll(uses)) {
                return Optional.of("messages." + (i - 1) + ": `tool_use` ids were found without `tool_result` blocks "
                        + "immediately after: " + String.join(", ", uses) + ". Each `tool_use` block must have a "
                        + "corresponding `tool_result` block in the next message.");
            }
            uses = ids(messages.path(i), "tool_use", "id");
        }
        return Optional.empty();
    }

    private static Optional<String> lastMessage(JsonNode body) {
        JsonNode last = body.path("messages").path(body.path("messages").size() - 1);
        JsonNode content = last.path("content");
        String text = content.isArray() ? string(content.path(content.size() - 1), "text") : content.stringValue("");
        return errorIf(
                hasRole(last, "assistant") && !text.equals(text.stripTrailing()),
                "messages: final assistant content cannot end with trailing whitespace");
    }

    private static Set<String> ids(JsonNode message, String type, String field) {
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode block : message.path("content")) {
            if (string(block, "type").equals(type)) {
                ids.add(string(block, field));
            }
        }
        return ids;
    }

    private static boolean isEmpty(JsonNode content) {
        return content.isArray() ? content.isEmpty() : content.stringValue("").isEmpty();
    }

    private static boolean hasRole(JsonNode message, String role) {
        return string(message, "role").equals(role);
    }

    private static String string(JsonNode object, String field) {
        return object.path(field).stringValue("");
    }

    private static Optional<String> errorIf(boolean broken, String message) {
        return broken ? Optional.of(message) : Optional.empty();
    }
}
