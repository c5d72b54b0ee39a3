package dev.parley.simulator.request;

import dev.parley.simulator.conversation.Message;
import dev.parley.simulator.model.Model;
import dev.parley.simulator.model.ModelCatalog;
import dev.parley.simulator.request.Reading.Accepted;
import dev.parley.simulator.request.Reading.Rejected;
import dev.parley.simulator.tool.Tool;
import dev.parley.simulator.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of a request, or says what is wrong with it in the words of the Messages API. */
public final class RequestReader {
    /** A picture is one JSON string, so a string may be as long as the largest body. */
    public static final int BODY_BYTES_MAX = 32 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(BODY_BYTES_MAX)
                            .build())
                    .build())
            .build();

    private static final List<Rule> COUNTED_RULES = Stream.of(FieldRules.RULES, ToolRules.RULES, MessageRules.RULES)
            .flatMap(List::stream)
            .toList();
    private static final List<Rule> ANSWERED_RULES = Stream.concat(
                    Stream.of(FieldRules.MAX_TOKENS), COUNTED_RULES.stream())
            .toList();

    private final ModelCatalog models;

    public RequestReader(ModelCatalog models) {
        this.models = models;
    }

    /** Reads a request for an answer. */
    public Reading read(byte[] body) {
        return read(body, ANSWERED_RULES);
    }

    /** Reads a request for a count of tokens, which says nothing about an answer's length. */
    public Reading readForCount(byte[] body) {
        return read(body, COUNTED_RULES);
    }

    private Reading read(byte[] bytes, List<Rule> rules) {
        JsonNode body;
        try {
            body = JSON.readTree(bytes);
        } catch (JacksonException e) {
            return rejected("The request body is not valid JSON: " + e.getOriginalMessage());
        }
        if (!body.isObject()) {
            return rejected("Input should be a valid dictionary or object to extract fields from");
        }
        Optional<String> broken = Rule.first(rules, body);
        if (broken.isPresent()) {
            return rejected(broken.get());
        }
        String name = body.path("model").stringValue("");
        return models.find(name)
                .<Reading>map(model -> accept(model, body))
                .orElseGet(() -> new Rejected(new ApiError(ErrorType.NOT_FOUND, "model: " + name)));
    }

    private static Reading accept(Model model, JsonNode body) {
        int maxTokens = body.path("max_tokens").asInt(model.outputTokensMax());
        if (maxTokens > model.outputTokensMax()) {
            return rejected("max_tokens: " + maxTokens + " > " + model.outputTokensMax()
                    + ", which is the maximum allowed number of output tokens for " + model.id());
        }
        PromptText prompt = PromptText.of(body);
        MessagesRequest request = new MessagesRequest(
                model,
                maxTokens,
                body.path("stream").booleanValue(false),
                List.of("adaptive", "enabled")
                        .contains(body.path("thinking").path("type").stringValue("")),
                messages(body.path("messages")),
                tools(body.path("tools")),
                toolChoice(body.path("tool_choice")),
                body.path("stop_sequences").values().stream()
                        .map(sequence -> sequence.stringValue(""))
                        .toList(),
                body.path("output_config").path("format").path("schema"),
                prompt.all(),
                prompt.cached());
        if (request.prefilled() && !model.prefill()) {
            return rejected(PREFILL_REFUSED);
        }
        if (!model.systemMessages()
                && request.messages().stream().anyMatch(message -> message.role() == Message.Role.SYSTEM)) {
            return rejected("role 'system' is not supported on this model");
        }
        return new Accepted(request);
    }

    /** What a model says that does not go on from an assistant message. */
    public static final String PREFILL_REFUSED =
            "This model does not support assistant message prefill. The conversation must end with a user message.";

    private static Rejected rejected(String message) {
        return new Rejected(ApiError.invalid(message));
    }

    private static List<Message> messages(JsonNode messages) {
        List<Message> read = new ArrayList<>();
        for (JsonNode message : messages) {
            read.add(new Message(role(message), BlockReader.content(message.path("content"))));
        }
        return read;
    }

    private static Message.Role role(JsonNode message) {
        return switch (message.path("role").stringValue("")) {
            case "assistant" -> Message.Role.ASSISTANT;
            case "system" -> Message.Role.SYSTEM;
            default -> Message.Role.USER;
        };
    }

    private static List<Tool> tools(JsonNode tools) {
        return tools.values().stream()
                .filter(ToolRules::runByClient)
                .map(tool -> new Tool(
                        tool.path("name").stringValue(""),
                        tool.path("description").stringValue(""),
                        tool.path("input_schema")))
                .toList();
    }

    private static ToolChoice toolChoice(JsonNode choice) {
        return switch (choice.path("type").stringValue("auto")) {
            case "any" -> new ToolChoice.Any();
            case "tool" -> new ToolChoice.Named(choice.path("name").stringValue(""));
            case "none" -> new ToolChoice.Forbidden();
            default ->
                new ToolChoice.Auto(!choice.path("disable_parallel_tool_use").booleanValue(false));
        };
    }
}
