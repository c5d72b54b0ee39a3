package dev.parley.simulator.request;

import static dev.parley.simulator.request.Rule.holds;
import static dev.parley.simulator.request.Rule.holdsIf;
import static dev.parley.simulator.request.Rule.number;
import static dev.parley.simulator.request.Rule.optional;
import static dev.parley.simulator.request.Rule.present;
import static dev.parley.simulator.request.Rule.required;
import static dev.parley.simulator.request.Rule.wholeNumber;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The rules for what is not a message and not a tool. */
final class FieldRules {
    private static final int THINKING_BUDGET_MIN = 1024;

    /** Strict as the API is: a field of somebody else's must not reach Claude. */
    private static final Set<String> FIELDS = Set.of(
            "billing_policy",
            "cache_control",
            "compaction",
            "container",
            "context_management",
            "diagnostics",
            "fallback_credit_token",
            "fallbacks",
            "inference_geo",
            "max_tokens",
            "mcp_servers",
            "messages",
            "metadata",
            "model",
            "output_config",
            "output_format",
            "service_tier",
            "speed",
            "stop_sequences",
            "stream",
            "system",
            "temperature",
            "thinking",
            "thread",
            "tool_choice",
            "tools",
            "top_k",
            "top_p");

    static final List<Rule> RULES = List.of(
            FieldRules::knownFields,
            required("model", model -> holdsIf(model.isString(), "model: Input should be a valid string")),
            required("messages", messages -> holdsIf(messages.isArray(), "messages: Input should be a valid list")),
            optional("stream", stream -> holdsIf(stream.isBoolean(), "stream: Input should be a valid boolean")),
            optional("system", FieldRules::system),
            optional("temperature", number("temperature", 0, 1)),
            optional("top_p", number("top_p", 0, 1)),
            optional("top_k", wholeNumber("top_k", 0)),
            optional("stop_sequences", FieldRules::stopSequences),
            optional("thinking", FieldRules::thinking),
            FieldRules::thinkingFits);

    /** What only a request for an answer has to have, and not one for a count. */
    static final Rule MAX_TOKENS = required("max_tokens", wholeNumber("max_tokens", 1));

    private FieldRules() {}

    private static Optional<String> knownFields(JsonNode body) {
        return body.propertyNames().stream()
                .filter(name -> !FIELDS.contains(name))
                .findFirst()
                .map(name -> name + ": Extra inputs are not permitted");
    }

    private static Optional<String> system(JsonNode system) {
        if (system.isString()) {
            return holds();
        }
        if (!system.isArray()) {
            return Optional.of("system: Input should be a valid list");
        }
        return system.values().stream()
                        .allMatch(block -> block.path("type").stringValue("").equals("text")
                                && block.path("text").isString())
                ? holds()
                : Optional.of("system.0: Input should be a text block");
    }

    private static Optional<String> stopSequences(JsonNode sequences) {
        if (!sequences.isArray() || !sequences.values().stream().allMatch(JsonNode::isString)) {
            return Optional.of("stop_sequences: Input should be a valid list of strings");
        }
        return holdsIf(
                sequences.values().stream()
                        .noneMatch(sequence -> sequence.stringValue("").isBlank()),
                "stop_sequences: each stop sequence must contain non-whitespace");
    }

    private static Optional<String> thinking(JsonNode thinking) {
        return switch (thinking.path("type").stringValue("")) {
            case "adaptive", "between_tools", "disabled" -> holds();
            case "enabled" ->
                required("budget_tokens", wholeNumber("budget_tokens", THINKING_BUDGET_MIN))
                        .broken(thinking)
                        .map(broken -> "thinking.enabled." + broken);
            default ->
                Optional.of("thinking: Input tag found using 'type' does not match any of the expected tags: "
                        + "'adaptive', 'between_tools', 'disabled', 'enabled'");
        };
    }

    private static Optional<String> thinkingFits(JsonNode body) {
        if (!body.path("thinking").path("type").stringValue("").equals("enabled")) {
            return holds();
        }
        if (present(body, "max_tokens")
                && body.path("max_tokens").asInt(0)
                        <= body.path("thinking").path("budget_tokens").asInt(0)) {
            return Optional.of("`max_tokens` must be greater than `thinking.budget_tokens`");
        }
        if (present(body, "temperature") && body.path("temperature").asDouble(1) != 1) {
            return Optional.of("`temperature` may only be set to 1 when thinking is enabled");
        }
        return holdsIf(
                !Set.of("any", "tool")
                        .contains(body.path("tool_choice").path("type").stringValue("")),
                "Thinking may not be enabled when tool_choice forces tool use.");
    }
}
