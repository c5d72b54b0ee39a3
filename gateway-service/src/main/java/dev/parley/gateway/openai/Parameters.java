package dev.parley.gateway.openai;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of each parameter of a chat completion: translated, left out because it cannot change the answer, or
 * refused unless its value asks for nothing. A wish that cannot be granted is refused, never forgotten.
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
            "metadata");

    /** Labels, and hints that OpenAI itself may disregard. */
    private static final Set<String> LEFT_OUT =
            Set.of("seed", "prediction", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options");

    private static final Map<String, Predicate<JsonNode>> ONLY_IF = Map.ofEntries(
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

    private Parameters() {}

    /** Refuses a request with a parameter that would have to be forgotten. */
    static void check(Field request) {
        for (String name : request.object().propertyNames()) {
            Field parameter = request.at(name);
            if (TRANSLATED.contains(name) || LEFT_OUT.contains(name) || parameter.absent()) {
                continue;
            }
            Predicate<JsonNode> asksForNothing = ONLY_IF.get(name);
            if (asksForNothing == null) {
                throw new RefusedException(name, "unknown_parameter", "There is no such parameter.");
            } else if (!asksForNothing.test(parameter.value())) {
                throw new RefusedException(name, "unsupported_parameter", "Claude cannot do what this asks for.");
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
