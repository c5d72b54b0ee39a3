package dev.parley.gateway.openai;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.json.HeapEstimate;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.PromptCache;
import dev.parley.gateway.request.RequestJson;
import dev.parley.gateway.request.RequestParser;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses a chat completion request and translates it to the Messages API, so that equal requests of both APIs are equal
 * on the log. Rejects or ignores parameters that Claude does not support, by name; values that only Claude can validate,
 * such as model names, pass through.
 */
public final class ChatRequestParser implements BodyParser {
    /** The highest default of {@code max_tokens} for an alias: above it, the stronger model always answers. */
    private static final int ALIAS_TOKENS_MAX = 16_000;

    private final JsonMapper mapper;
    private final OpenAiSettings settings;
    private final Models models;

    public ChatRequestParser(JsonMapper mapper, OpenAiSettings settings, Models models) {
        this.mapper = mapper;
        this.settings = settings;
        this.models = models;
    }

    @Override
    public ClientRequest parse(byte[] body) {
        return RequestJson.read(body, this::translated);
    }

    /** {@inheritDoc} Includes tool arguments, which are JSON in strings and are parsed too. */
    @Override
    public long heapBytes(byte[] body) {
        return HeapEstimate.ofNested(body);
    }

    private ClientRequest translated(ObjectNode request) {
        try {
            return translate(new Field("", request));
        } catch (InvalidParameterException e) {
            return e.rejected();
        }
    }

    private Accepted translate(Field request) {
        Leniency leniency = new Leniency(settings.lenient());
        Parameters.check(request, leniency);
        boolean streaming = request.at("stream").booleanOr(false);
        AnswerFormat format = format(request.at("stream_options"), streaming);
        String model = model(request.at("model"));
        String user = user(request);
        ObjectNode claude = mapper.createObjectNode().put("model", model).put("stream", true);
        Messages.translate(messages(request.at("messages")), models.acceptPrefill(model), claude, leniency);
        OutputConfig.translate(request, models.effort(model), claude, leniency);
        Tools.translate(request, models.acceptForcedTools(model), claude, leniency);
        sampling(request, model, claude, leniency);
        ownParameters(request, claude, leniency);
        claude.put("max_tokens", length(request, model, claude.at("/thinking/budget_tokens")));
        PromptCache.mark(claude);
        stop(request.at("stop"), claude, leniency);
        if (!user.isEmpty()) {
            // Claude refuses e-mail addresses and the like, and asks for a hash (docs.claude.com, "Messages").
            claude.putObject("metadata").put("user_id", Sha256.of(user));
        }
        return new Accepted(
                model, streaming, format, user, claude, mapper.writeValueAsBytes(claude), leniency.warning());
    }

    private static Field messages(Field messages) {
        if (messages.value().isArray() && messages.value().size() > RequestParser.MESSAGES_MAX) {
            throw messages.invalid("must have at most " + RequestParser.MESSAGES_MAX + " items.");
        }
        return messages;
    }

    private static AnswerFormat format(Field options, boolean streaming) {
        if (options.absent()) {
            return AnswerFormat.CHAT_COMPLETIONS;
        } else if (!streaming) {
            throw options.invalid("is only for requests with stream: true.");
        }
        return options.at("include_usage").booleanOr(false)
                ? AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE
                : AnswerFormat.CHAT_COMPLETIONS;
    }

    private static String model(Field model) {
        String text = model.text();
        if (!RequestParser.isModel(text)) {
            throw model.wrongType(
                    "a string of 1 to " + RequestParser.MODEL_MAX + " characters without control characters");
        }
        return text;
    }

    private static String user(Field request) {
        for (Field user : new Field[] {
            request.at("user"),
            request.at("safety_identifier"),
            request.at("metadata").at("user_id")
        }) {
            String text = user.textOr("");
            if (!text.isEmpty() && !RequestParser.isUser(text)) {
                throw user.wrongType(
                        "a string of at most " + ChatRequested.USER_BYTES_MAX + " bytes without control characters");
            } else if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    /** The client's limit, else the default after the budget for thinking, above which Claude requires the limit to be. */
    private int length(Field request, String model, JsonNode thinkingBudget) {
        for (String name : List.of("max_completion_tokens", "max_tokens")) {
            if (!request.at(name).absent()) {
                return request.at(name).positive();
            }
        }
        int answer = models.isAlias(model) ? Math.min(ALIAS_TOKENS_MAX, settings.maxTokens()) : settings.maxTokens();
        long thinking = Math.max(0, thinkingBudget.intValue(0));
        return (int) Math.min(Integer.MAX_VALUE, answer + thinking);
    }

    /** Copies values other than 1, the default of both APIs, which all models accept. */
    private void sampling(Field request, String model, ObjectNode claude, Leniency leniency) {
        Field temperature = request.at("temperature");
        boolean hot = temperature.value().isNumber() && temperature.value().doubleValue() > 1;
        if (!(hot && leniency.caps(temperature))) {
            copyUnlessOne(temperature, model, claude, leniency);
        }
        Field topP = request.at("top_p");
        copyUnlessOne(topP, model, claude, leniency);
        // Claude 4.1 to 4.6 accept only one of them, later models none.
        if (claude.has("temperature") && claude.has("top_p") && leniency.drops(topP)) {
            claude.remove("top_p");
        }
    }

    private void copyUnlessOne(Field parameter, String model, ObjectNode claude, Leniency leniency) {
        if (parameter.absent() || parameter.number(0, 1) == 1) {
            return;
        }
        if (models.acceptSampling(model)) {
            claude.set(parameter.path(), parameter.value());
        } else {
            leniency.ignore(parameter, parameter.unsupported("This model accepts no other value than 1."));
        }
    }

    /** Copies parameters of Claude, which clients add to OpenAI's. */
    private static void ownParameters(Field request, ObjectNode claude, Leniency leniency) {
        Field thinking = request.at("thinking");
        if (!thinking.absent()) {
            ObjectNode own = thinking.object();
            if (own.path("type").stringValue("").equals("enabled") && Messages.lastAnswerCallsATool(claude)) {
                leniency.ignore(
                        thinking, thinking.unsupported("Claude needs its thinking before the result of a tool."));
            } else {
                claude.set("thinking", own);
            }
        }
        ContentParts.keepCacheControl(request, claude);
    }

    private static void stop(Field stop, ObjectNode claude, Leniency leniency) {
        if (stop.absent()) {
            return;
        }
        ArrayNode sequences = JsonMapper.shared().createArrayNode();
        for (Field sequence : stop.isText() ? List.of(stop) : stop.items()) {
            if (sequence.text().isBlank()) {
                leniency.ignore(sequence, sequence.unsupported("Claude takes no stop sequence of white space."));
            } else {
                sequences.add(sequence.text());
            }
        }
        if (!sequences.isEmpty()) {
            claude.set("stop_sequences", sequences);
        }
    }
}
