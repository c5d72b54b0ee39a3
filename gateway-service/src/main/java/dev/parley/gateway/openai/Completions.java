package dev.parley.gateway.openai;

import dev.parley.contracts.id.GenerationId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates a complete message to a chat completion, and the fields that completions share with chunks. */
public final class Completions {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Completions() {}

    public static ObjectNode of(GenerationId generation, ObjectNode message) {
        ObjectNode completion =
                head(generation, "chat.completion", message.path("model").stringValue(""));
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(message.path("content")));
        choice.putNull("logprobs");
        choice.put("finish_reason", finishReason(message.path("stop_reason").stringValue("")));
        completion.set("usage", usage(message.path("usage")));
        return completion;
    }

    /**
     * The leading fields of completions and chunks. Derived from the generation id, so that all replicas write the
     * same.
     */
    static ObjectNode head(GenerationId generation, String object, String model) {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-" + generation.value().substring("gen_".length()))
                .put("object", object)
                .put("created", generation.madeAt().getEpochSecond())
                .put("model", model);
    }

    /** The message of a completion. */
    static ObjectNode message(JsonNode content) {
        StringBuilder text = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode calls = JSON.createArrayNode();
        boolean hasText = false;
        for (JsonNode block : content) {
            switch (block.path("type").stringValue("")) {
                case "text" -> {
                    text.append(block.path("text").stringValue(""));
                    hasText = true;
                }
                case "thinking" -> thought.append(block.path("thinking").stringValue(""));
                case "tool_use" -> calls.add(call(block));
                default -> {
                    // A completion has no field for it.
                }
            }
        }
        ObjectNode message = JSON.createObjectNode().put("role", "assistant");
        message.put("content", hasText ? text.toString() : null).putNull("refusal");
        if (!thought.isEmpty()) {
            message.put("reasoning_content", thought.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    /** A tool call. Arguments truncated by the token limit stay truncated, as in OpenAI's API. */
    private static ObjectNode call(JsonNode block) {
        ObjectNode call = JSON.createObjectNode()
                .put("id", block.path("id").stringValue(""))
                .put("type", "function");
        call.putObject("function")
                .put("name", block.path("name").stringValue(""))
                .put(
                        "arguments",
                        block.path("partial_json")
                                .stringValue(block.path("input").toString()));
        return call;
    }

    static String finishReason(String stopReason) {
        return switch (stopReason) {
            case "max_tokens", "model_context_window_exceeded" -> "length";
            case "tool_use" -> "tool_calls";
            case "refusal" -> "content_filter";
            default -> "stop";
        };
    }

    /** The usage. Claude counts cached input tokens separately; OpenAI includes them in the input. */
    static ObjectNode usage(JsonNode claude) {
        int cached = claude.path("cache_read_input_tokens").asInt(0);
        int written = claude.path("cache_creation_input_tokens").asInt(0);
        int input = claude.path("input_tokens").asInt(0) + written + cached;
        int output = claude.path("output_tokens").asInt(0);
        ObjectNode usage = JSON.createObjectNode()
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output);
        ObjectNode details = usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
        if (written > 0) {
            details.put("cache_write_tokens", written);
        }
        usage.putObject("completion_tokens_details")
                .put(
                        "reasoning_tokens",
                        claude.path("output_tokens_details")
                                .path("thinking_tokens")
                                .asInt(0));
        return usage;
    }
}
