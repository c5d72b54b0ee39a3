package dev.parley.simulator.request;

import static dev.parley.simulator.request.Question.hasRole;
import static dev.parley.simulator.request.Question.string;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The rules for fields that depend on each other. The schema has accepted the body. */
final class RequestRules {
    private static final String CACHE_MARK = "cache_control";
    private static final int CACHE_MARKS_MAX = 4;

    private final JsonNode body;
    private final JsonNode messages;
    private final List<String> errors = new ArrayList<>();

    private RequestRules(JsonNode body) {
        this.body = body;
        this.messages = body.path("messages");
    }

    /**
     * The first error, if a rule is broken.
     *
     * @param answer whether the request is for an answer, which needs {@code max_tokens}
     */
    static Optional<String> error(JsonNode body, boolean answer) {
        RequestRules rules = new RequestRules(body);
        rules.errorIf(answer && !body.has("max_tokens"), "max_tokens: Field required");
        rules.checkThinking();
        rules.checkTools();
        rules.checkOutput();
        rules.checkMessages();
        rules.checkCacheMarks();
        rules.checkToolIds();
        rules.checkToolResults();
        rules.checkLastMessage();
        return rules.errors.stream().findFirst();
    }

    /** Whether the client runs a tool: the API's own tools have a type of their own and no schema. */
    static boolean runByClient(JsonNode tool) {
        return Set.of("", "custom").contains(string(tool, "type"));
    }

    private void checkThinking() {
        JsonNode thinking = body.path("thinking");
        if (!string(thinking, "type").equals("enabled")) {
            return;
        }
        errorIf(
                body.has("max_tokens")
                        && body.path("max_tokens").asLong()
                                <= thinking.path("budget_tokens").asLong(),
                "`max_tokens` must be greater than `thinking.budget_tokens`");
        errorIf(
                body.path("temperature").asDouble(1) != 1,
                "`temperature` may only be set to 1 when thinking is enabled");
        errorIf(
                Set.of("any", "tool").contains(string(body.path("tool_choice"), "type")),
                "Thinking may not be enabled when tool_choice forces tool use.");
        int last = messages.size() - 1;
        JsonNode content = messages.path(last).path("content");
        String begin = content.isString() ? "text" : string(content.path(0), "type");
        errorIf(
                hasRole(messages.path(last), "assistant")
                        && !Set.of("thinking", "redacted_thinking").contains(begin),
                "messages." + last + ".content.0.type: Expected `thinking` or `redacted_thinking`, but found `" + begin
                        + "`. When `thinking` is enabled, a final `assistant` message must start with a thinking block.");
    }

    private void checkTools() {
        Set<String> own = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (JsonNode tool : body.path("tools")) {
            String name = string(tool, "name");
            errorIf(runByClient(tool) && !own.add(name), "tools: Tool names must be unique.");
            all.add(name);
        }
        JsonNode choice = body.path("tool_choice");
        errorIf(
                choice.isObject() && body.path("tools").isEmpty(),
                "tool_choice may only be specified while providing tools");
        errorIf(
                string(choice, "type").equals("tool") && !all.contains(string(choice, "name")),
                "Tool '" + string(choice, "name") + "' not found in provided tools");
    }

    private void checkOutput() {
        JsonNode format = body.path("output_config").path("format").path("schema");
        OutputSchemaRules.error(format).ifPresent(error -> errors.add("output_config.format.schema: " + error));
        List<JsonNode> strict = new ArrayList<>();
        for (int i = 0; i < body.path("tools").size(); i++) {
            JsonNode tool = body.path("tools").path(i);
            if (tool.path("strict").booleanValue(false)) {
                String at = "tools." + i + ".custom: ";
                strict.add(tool.path("input_schema"));
                OutputSchemaRules.error(tool.path("input_schema")).ifPresent(error -> errors.add(at + error));
            }
        }
        OutputSchemaRules.limitError(format, strict).ifPresent(errors::add);
    }

    private void checkMessages() {
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.path(i);
            boolean prefill = i == messages.size() - 1 && hasRole(message, "assistant");
            errorIf(
                    isEmpty(message.path("content")) && !prefill,
                    "messages." + i + ": all messages must have non-empty content except for the optional "
                            + "final assistant message");
            checkText(message.path("content"));
        }
    }

    /** A string is one block of text, also as the result of a tool. */
    private void checkText(JsonNode content) {
        boolean blank = content.isArray()
                ? content.valueStream()
                        .anyMatch(block -> string(block, "type").equals("text")
                                && string(block, "text").isBlank())
                : !isEmpty(content) && content.stringValue("").isBlank();
        errorIf(blank, "messages: text content blocks must contain non-whitespace text");
        content.valueStream()
                .filter(block -> string(block, "type").equals("tool_result"))
                .forEach(result -> checkText(result.path("content")));
    }

    private void checkCacheMarks() {
        long marks = (body.has(CACHE_MARK) ? 1 : 0)
                + cacheMarks(body.path("system"))
                + cacheMarks(body.path("tools"))
                + messages.valueStream()
                        .mapToLong(message -> cacheMarks(message.path("content")))
                        .sum();
        errorIf(
                marks > CACHE_MARKS_MAX,
                "A maximum of " + CACHE_MARKS_MAX + " blocks with cache_control may be provided. Found " + marks + ".");
    }

    private static long cacheMarks(JsonNode blocks) {
        return blocks.valueStream()
                .mapToLong(block -> (block.has(CACHE_MARK) ? 1 : 0) + cacheMarks(block.path("content")))
                .sum();
    }

    /** Each tool use has an id of its own, and each message has one result of it at most. */
    private void checkToolIds() {
        Set<String> used = new HashSet<>();
        for (int i = 0; i < messages.size(); i++) {
            Set<String> answered = new HashSet<>();
            JsonNode content = messages.path(i).path("content");
            for (int k = 0; k < content.size(); k++) {
                JsonNode block = content.path(k);
                String at = "messages." + i + ".content." + k + ": ";
                errorIf(
                        string(block, "type").equals("tool_use") && !used.add(string(block, "id")),
                        at + "`tool_use` ids must be unique");
                String id = string(block, "tool_use_id");
                errorIf(
                        string(block, "type").equals("tool_result") && !answered.add(id),
                        at + "each tool_use must have a single result. Found multiple `tool_result` blocks with id: "
                                + id);
            }
        }
    }

    private void checkToolResults() {
        Set<String> uses = Set.of();
        for (int i = 0; i < messages.size(); i++) {
            Set<String> results = ids(messages.path(i), "tool_result", "tool_use_id");
            for (String id : results) {
                errorIf(
                        !uses.contains(id),
                        "messages." + i + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id
                                + ". Each `tool_result` block must have a corresponding `tool_use` block in the "
                                + "previous message.");
            }
            errorIf(
                    !results.containsAll(uses),
                    "messages." + (i - 1)
                            + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                            + String.join(", ", uses) + ". Each `tool_use` block must have a corresponding "
                            + "`tool_result` block in the next message.");
            uses = ids(messages.path(i), "tool_use", "id");
        }
    }

    private void checkLastMessage() {
        JsonNode last = messages.path(messages.size() - 1);
        JsonNode content = last.path("content");
        String text = content.isArray() ? string(content.path(content.size() - 1), "text") : content.stringValue("");
        errorIf(
                hasRole(last, "assistant") && !text.equals(text.stripTrailing()),
                "messages: final assistant content cannot end with trailing whitespace");
    }

    private void errorIf(boolean broken, String message) {
        if (broken) {
            errors.add(message);
        }
    }

    private static Set<String> ids(JsonNode message, String type, String field) {
        return message.path("content")
                .valueStream()
                .filter(block -> string(block, "type").equals(type))
                .map(block -> string(block, field))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isEmpty(JsonNode content) {
        return content.isArray() ? content.isEmpty() : content.stringValue("").isEmpty();
    }
}
