package dev.parley.gateway.openai;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.json.HeapEstimate;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.RequestJson;
import dev.parley.gateway.request.RequestParser;
import dev.parley.messages.ApiError;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses a chat completion request and translates it to the Messages API, so that equal requests of both APIs are equal
 * on the log. Rejects parameters that Claude does not support, by name; values that only Claude can validate, such as
 * model names, pass through.
 */
public final class ChatRequestParser implements BodyParser {
    private final JsonMapper mapper;
    /** The {@code max_tokens} of requests without a limit, since the Messages API requires it. */
    private final int maxTokens;

    public ChatRequestParser(JsonMapper mapper, int maxTokens) {
        this.mapper = mapper;
        this.maxTokens = maxTokens;
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
            return new Rejected(ApiError.invalidRequest(String.valueOf(e.getMessage())), e.param(), e.code());
        }
    }

    private Accepted translate(Field request) {
        Parameters.check(request);
        boolean streaming = request.at("stream").booleanOr(false);
        AnswerFormat format = format(request.at("stream_options"), streaming);
        String model = name(request.at("model"));
        String user = user(request);
        ObjectNode claude = mapper.createObjectNode().put("model", model).put("max_tokens", length(request));
        claude.put("stream", true);
        Messages.translate(messages(request.at("messages")), claude);
        Tools.translate(request, claude);
        OutputConfig.translate(request, claude);
        sampling(request, claude);
        stop(request.at("stop"), claude);
        if (!user.isEmpty()) {
            claude.putObject("metadata").put("user_id", user);
        }
        return new Accepted(model, streaming, format, user, claude, mapper.writeValueAsBytes(claude));
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

    private static String name(Field name) {
        String text = name.text();
        if (!RequestParser.nameLike(text)) {
            throw name.wrongType(
                    "a string of 1 to " + RequestParser.NAME_MAX + " characters without control characters");
        }
        return text;
    }

    private static String user(Field request) {
        for (Field user : new Field[] {
            request.at("user"),
            request.at("safety_identifier"),
            request.at("metadata").at("user_id")
        }) {
            if (!user.textOr("").isEmpty()) {
                return name(user);
            }
        }
        return "";
    }

    private int length(Field request) {
        Field newer = request.at("max_completion_tokens");
        Field older = request.at("max_tokens");
        if (!newer.absent()) {
            return newer.positive();
        }
        return older.absent() ? maxTokens : older.positive();
    }

    /**
     * Copies values other than 1, the default of both APIs; some models accept no other value, or not both parameters.
     */
    private static void sampling(Field request, ObjectNode claude) {
        for (String name : new String[] {"temperature", "top_p"}) {
            Field parameter = request.at(name);
            if (!parameter.absent() && parameter.number(0, 1) != 1) {
                claude.set(name, parameter.value());
            }
        }
    }

    private static void stop(Field stop, ObjectNode claude) {
        if (stop.absent()) {
            return;
        }
        ArrayNode sequences = JsonMapper.shared().createArrayNode();
        if (stop.isText()) {
            sequences.add(stop.text());
        } else {
            stop.items().forEach(sequence -> sequences.add(sequence.text()));
        }
        if (!sequences.isEmpty()) {
            claude.set("stop_sequences", sequences);
        }
    }
}
