package dev.parley.gateway.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.json.Utf8;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.messages.ApiError;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses Messages API requests. Validates only the fields that Parley uses, with the API's error messages; Claude
 * validates the rest, so that future parameters pass.
 */
public final class RequestParser implements BodyParser {
    /** The maximum number of messages in a request, as in the Messages API. */
    public static final int MESSAGES_MAX = 100_000;

    /** The maximum length of the name of a model, in characters. */
    public static final int MODEL_MAX = 256;

    /** Of the Messages API; each request to Claude is for a stream. */
    private static final String PRE_WARMING =
            ": answers are streamed, for which Claude does not accept 0, the pre-warming of its prompt cache";

    private static final byte[] STREAM = "\"stream\":true,".getBytes(UTF_8);

    private final JsonMapper mapper;
    private final RequestSettings settings;

    public RequestParser(JsonMapper mapper, RequestSettings settings) {
        this.mapper = mapper;
        this.settings = settings;
    }

    @Override
    public ClientRequest parse(byte[] body) {
        return RequestJson.read(
                body,
                request -> refusal(request)
                        .or(() -> problem(request))
                        .<ClientRequest>map(RequestParser::rejected)
                        .orElseGet(() -> accepted(request, body)));
    }

    /**
     * The body of a request with earlier messages before its own, which mark a chat completion for the prompt cache. Modifies the
     * JSON of the request.
     */
    public byte[] continuing(List<RawJson> earlier, Accepted request) {
        ObjectNode json = request.json();
        ArrayNode messages = mapper.createArrayNode();
        earlier.forEach(messages::addPOJO);
        json.path("messages").forEach(messages::add);
        json.set("messages", messages);
        if (request.format() != AnswerFormat.MESSAGES) {
            PromptCache.mark(json);
        }
        return mapper.writeValueAsBytes(json.put("stream", true));
    }

    private Accepted accepted(ObjectNode request, byte[] body) {
        boolean streaming = request.path("stream").booleanValue(false);
        String user = request.path("metadata").path("user_id").stringValue("");
        return new Accepted(
                request.path("model").stringValue(),
                streaming,
                AnswerFormat.MESSAGES,
                user,
                request,
                streaming ? body : asStream(request, body));
    }

    /**
     * The request with {@code stream: true}: inserted before the client's own bytes, unless they contain the parameter.
     */
    private byte[] asStream(ObjectNode request, byte[] body) {
        if (request.has("stream")) {
            return mapper.writeValueAsBytes(request.put("stream", true));
        }
        int brace = 0;
        while (body[brace] != '{') {
            brace++;
        }
        return ByteBuffer.allocate(body.length + STREAM.length)
                .put(body, 0, brace + 1)
                .put(STREAM)
                .put(body, brace + 1, body.length - brace - 1)
                .array();
    }

    private Optional<String> refusal(ObjectNode request) {
        return settings.refusedParameters().stream()
                .filter(request::hasNonNull)
                .map(name -> name + ": This parameter is not permitted here")
                .findFirst();
    }

    private static Optional<String> problem(ObjectNode request) {
        JsonNode model = request.path("model");
        JsonNode maxTokens = request.path("max_tokens");
        JsonNode messages = request.path("messages");
        JsonNode stream = request.path("stream");
        JsonNode user = request.path("metadata").path("user_id");
        if (model.isMissingNode()) {
            return Optional.of("model: Field required");
        } else if (!model.isString() || !isModel(model.stringValue())) {
            return Optional.of(
                    "model: Input should be a string of 1 to " + MODEL_MAX + " characters without control characters");
        } else if (maxTokens.isMissingNode()) {
            return Optional.of("max_tokens: Field required");
        } else if (!maxTokens.isInt() || maxTokens.intValue() < 1) {
            return Optional.of("max_tokens: Input should be an integer greater than or equal to 1"
                    + (maxTokens.isInt() && maxTokens.intValue() == 0 ? PRE_WARMING : ""));
        } else if (messages.isMissingNode()) {
            return Optional.of("messages: Field required");
        } else if (!messages.isArray() || (messages.isEmpty() && !continuesThread(request))) {
            return Optional.of("messages: at least one message is required");
        } else if (messages.size() > MESSAGES_MAX) {
            return Optional.of("messages: List should have at most " + MESSAGES_MAX + " items");
        } else if (!stream.isMissingNode() && !stream.isBoolean()) {
            return Optional.of("stream: Input should be a valid boolean");
        } else if (user.isString() && !user.stringValue().isEmpty() && !isUser(user.stringValue())) {
            return Optional.of("metadata.user_id: Input should have at most " + ChatRequested.USER_BYTES_MAX
                    + " bytes and no control characters");
        }
        return Optional.empty();
    }

    /** Whether a request continues a thread, whose messages are at Claude. */
    public static boolean continuesThread(JsonNode request) {
        return request.at("/thread/previous_message_id").isString();
    }

    /** Whether a text is valid as the name of a model, also in headers, metrics and logs. */
    public static boolean isModel(String text) {
        return text.length() <= MODEL_MAX && isPrintable(text);
    }

    /** Whether a text is valid as the name of a user, also in headers and logs. */
    public static boolean isUser(String text) {
        return Utf8.length(text) <= ChatRequested.USER_BYTES_MAX && isPrintable(text);
    }

    private static boolean isPrintable(String text) {
        return !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
    }

    private static Rejected rejected(String message) {
        return new Rejected(ApiError.invalidRequest(message));
    }
}
