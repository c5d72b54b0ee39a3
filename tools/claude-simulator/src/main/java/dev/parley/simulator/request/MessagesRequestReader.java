package dev.parley.simulator.request;

import static dev.parley.simulator.request.Question.string;

import dev.parley.simulator.request.MessagesRequest.Prompt;
import dev.parley.simulator.request.MessagesRequest.Thinking;
import dev.parley.simulator.request.MessagesRequest.Tool;
import dev.parley.simulator.request.MessagesRequest.ToolChoice;
import dev.parley.simulator.request.ModelCatalog.LeastThinking;
import dev.parley.simulator.request.ModelCatalog.Model;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the body of a request, and reports an invalid one in the words of the Messages API.
 *
 * @param realThinking whether models that think by default do so, and bind the blocks to what was before them
 */
public record MessagesRequestReader(boolean realThinking) {
    /** An image is one JSON string, so a string may be as long as the largest body. */
    public static final int BODY_BYTES_MAX = 32 * 1024 * 1024;

    static final String PREFILL_REFUSED =
            "This model does not support assistant message prefill. The conversation must end with a user message.";

    /** From this on, models without sampling parameters accept a {@code top_p}. */
    private static final double TOP_P_IGNORED_MIN = 0.99;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(BODY_BYTES_MAX)
                            .build())
                    .build())
            .build();

    /** What a body contains. */
    public sealed interface Result {
        record Accepted(MessagesRequest request) implements Result {}

        record Rejected(ApiError error) implements Result {}
    }

    /**
     * Reads a request.
     *
     * @param answer whether it is for an answer and not for a token count, which needs no {@code max_tokens}
     */
    public Result read(byte[] bytes, boolean answer) {
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (JacksonException e) {
            return rejected("The request body is not valid JSON: " + e.getOriginalMessage());
        }
        if (!(json instanceof ObjectNode body)) {
            return rejected("Input should be a valid dictionary or object to extract fields from");
        }
        body.removeIf(JsonNode::isNull);
        Optional<String> error = RequestSchema.error(body).or(() -> RequestRules.error(body, answer));
        if (error.isPresent()) {
            return rejected(error.get());
        }
        String name = string(body, "model");
        return ModelCatalog.find(name)
                .map(model -> accept(model, body))
                .orElseGet(() -> new Result.Rejected(new ApiError(ApiError.ErrorType.NOT_FOUND, "model: " + name)));
    }

    private Result accept(Model model, ObjectNode body) {
        int maxTokens = body.path("max_tokens").asInt(model.outputTokensMax());
        if (maxTokens > model.outputTokensMax()) {
            return rejected("max_tokens: " + maxTokens + " > " + model.outputTokensMax()
                    + ", which is the maximum allowed number of output tokens for " + model.id());
        }
        MessagesRequest request = new MessagesRequest(
                model,
                maxTokens,
                body.path("stream").booleanValue(false),
                thinking(model, body),
                Question.of(body.path("messages")),
                body.path("tools")
                        .valueStream()
                        .filter(RequestRules::runByClient)
                        .map(tool -> new Tool(string(tool, "name"), tool.path("input_schema")))
                        .toList(),
                toolChoice(body.path("tool_choice")),
                body.path("stop_sequences")
                        .valueStream()
                        .map(sequence -> sequence.stringValue(""))
                        .toList(),
                body.path("output_config").path("format").path("schema"),
                Prompt.of(body));
        Optional<String> error = samplingError(model, body)
                .or(() -> thinkingError(model, body))
                .or(() -> effortError(model, body))
                .or(() -> toolChoiceError(model, body));
        if (error.isPresent()) {
            return rejected(error.get());
        }
        if (request.prefilled() && !model.prefill()) {
            return rejected(PREFILL_REFUSED);
        }
        if (!model.systemMessages()
                && body.path("messages")
                        .valueStream()
                        .anyMatch(message -> string(message, "role").equals("system"))) {
            return rejected("role 'system' is not supported on this model");
        }
        return new Result.Accepted(request);
    }

    private Optional<Thinking> thinking(Model model, ObjectNode body) {
        JsonNode asked = body.path("thinking");
        boolean thinks = Set.of("adaptive", "enabled").contains(string(asked, "type"));
        if (!realThinking || model.leastThinking() == LeastThinking.ON_REQUEST) {
            return thinks ? Optional.of(new Thinking(false, Optional.empty())) : Optional.empty();
        }
        return thinks || asked.isMissingNode()
                ? Optional.of(new Thinking(
                        !string(asked, "display").equals("summarized"),
                        Optional.of(PreservedThinking.signature(model, body))))
                : Optional.empty();
    }

    /** By the reference of the Messages API (platform.claude.com, "Create a Message"). */
    private static Optional<String> samplingError(Model model, ObjectNode body) {
        if (model.sampling()) {
            return body.has("temperature") && body.has("top_p")
                    ? Optional.of(
                            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
                    : Optional.empty();
        }
        if (body.path("temperature").asDouble(1) != 1) {
            return deprecated("temperature");
        }
        if (body.path("top_p").asDouble(1) < TOP_P_IGNORED_MIN) {
            return deprecated("top_p");
        }
        return body.has("top_k") ? deprecated("top_k") : Optional.empty();
    }

    private static Optional<String> deprecated(String parameter) {
        return Optional.of("`" + parameter + "` is deprecated for this model.");
    }

    private Optional<String> thinkingError(Model model, ObjectNode body) {
        String type = string(body.path("thinking"), "type");
        return Optional.of(type)
                .filter(asked -> !asked.isEmpty())
                .flatMap(model::thinkingError)
                .or(() -> realThinking ? PreservedThinking.error(model, body) : Optional.empty());
    }

    private static Optional<String> effortError(Model model, ObjectNode body) {
        String effort = string(body.path("output_config"), "effort");
        if (effort.isEmpty() || model.effort().contains(effort)) {
            return Optional.empty();
        }
        return Optional.of(
                model.effort().isEmpty()
                        ? "This model does not support the effort parameter."
                        : "This model does not support effort level '" + effort + "'. Supported levels: "
                                + String.join(", ", model.effort()) + ".");
    }

    private static Optional<String> toolChoiceError(Model model, ObjectNode body) {
        return Set.of("any", "tool").contains(string(body.path("tool_choice"), "type"))
                        && !model.leastThinking().permitsForcedTools()
                ? Optional.of("tool_choice: type \"tool\" and \"any\" are not supported for this model.")
                : Optional.empty();
    }

    private static Result rejected(String message) {
        return new Result.Rejected(ApiError.invalid(message));
    }

    private static ToolChoice toolChoice(JsonNode choice) {
        return switch (string(choice, "type")) {
            case "any" -> new ToolChoice.Any();
            case "tool" -> new ToolChoice.Named(string(choice, "name"));
            case "none" -> new ToolChoice.Forbidden();
            default ->
                new ToolChoice.Auto(!choice.path("disable_parallel_tool_use").booleanValue(false));
        };
    }
}
