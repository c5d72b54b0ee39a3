package dev.parley.gateway.openai;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Classifies the parameters of a chat completion: translated, ignored because they cannot change the answer, or unsupported unless
 * the value is a no-op. An unsupported parameter is rejected, or ignored with a warning, never silently ignored.
 */
final class Parameters {
    private static final Set<String> TRANSLATED = Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "stop",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "reasoning_effort",
            "user",
            "safety_identifier",
            "metadata",
            "thinking",
            "cache_control");

    /** Labels, and hints that OpenAI itself may ignore. */
    private static final Set<String> IGNORED =
            Set.of("seed", "prediction", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options");

    /** Unsupported parameters, with the values that have no effect. */
    private static final Map<String, Predicate<JsonNode>> NO_OPS = Map.ofEntries(
            Map.entry("n", one -> one.isNumber() && one.doubleValue() == 1),
            Map.entry("logprobs", Parameters::no),
            Map.entry("top_logprobs", Parameters::zero),
            Map.entry("frequency_penalty", Parameters::zero),
            Map.entry("presence_penalty", Parameters::zero),
            Map.entry("logit_bias", JsonNode::isEmpty),
            Map.entry("functions", JsonNode::isEmpty),
            Map.entry("function_call", call -> call.stringValue("").equals("none")),
            Map.entry(
                    "modalities",
                    kinds -> kinds.size() == 1 && kinds.path(0).stringValue("").equals("text")),
            Map.entry("audio", JsonNode::isEmpty),
            Map.entry("web_search_options", _ -> false),
            Map.entry("store", Parameters::no),
            Map.entry("service_tier", tier -> Set.of("auto", "default").contains(tier.stringValue(""))),
            Map.entry("verbosity", verbosity -> verbosity.stringValue("").equals("medium")));

    /** Rejected also when lenient, because the client expects another form of answer. */
    private static final Set<String> NEVER_IGNORED = Set.of("n", "functions", "function_call");

    private Parameters() {}

    /** Rejects or ignores unsupported and unknown parameters. */
    static void check(Field request, Leniency leniency) {
        for (String name : request.object().propertyNames()) {
            Field parameter = request.at(name);
            if (TRANSLATED.contains(name) || IGNORED.contains(name) || parameter.absent()) {
                continue;
            }
            Predicate<JsonNode> noOp = NO_OPS.get(name);
            if (noOp == null) {
                leniency.ignore(
                        parameter,
                        new InvalidParameterException(name, "unknown_parameter", "There is no such parameter."));
            } else if (!noOp.test(parameter.value())) {
                InvalidParameterException refusal = new InvalidParameterException(
                        name, "unsupported_parameter", "Claude cannot do what this asks for.");
                if (NEVER_IGNORED.contains(name)) {
                    throw refusal;
                }
                leniency.ignore(parameter, refusal);
            }
        }
    }

    private static boolean no(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean zero(JsonNode value) {
        return value.isNumber() && value.doubleValue() == 0;
    }
}
