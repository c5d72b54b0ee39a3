package dev.parley.gateway.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.answer.Opening;
import dev.parley.messages.ApiError;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Errors in OpenAI's format, which its SDKs map to typed errors. */
public final class OpenAiError {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Starts of Claude's messages for a conversation that exceeds the context window, alone or with its answer. */
    private static final List<String> TOO_LONG =
            List.of("prompt is too long", "input length and `max_tokens` exceed context limit");

    private static final String CONTEXT_EXCEEDED = "context_length_exceeded";
    private static final String INVALID_KEY = "invalid_api_key";

    /** The type and the code of the error for a spent budget. Some clients decide by the one whether to retry, some by the other. */
    public static final String SPENT = "insufficient_quota";

    /** The OpenAI type of an error, and its code; empty for none. */
    private record Name(String type, String code) {}

    private OpenAiError() {}

    /** The response body in UTF-8. */
    public static byte[] body(ApiError error) {
        return body(error, "", "");
    }

    /** The response body of an answer that failed, in UTF-8. */
    public static byte[] body(Opening.Refused refused) {
        return body(refused.error(), "", refused.isSpent() ? SPENT : "");
    }

    /**
     * The response body in UTF-8.
     *
     * @param param path of the invalid parameter, empty for none
     * @param code OpenAI's error code, empty to derive it from the error
     */
    public static byte[] body(ApiError error, String param, String code) {
        Name name = name(error);
        String errorCode = code.isEmpty() ? name.code() : code;
        ObjectNode body = JSON.createObjectNode();
        ObjectNode inner = body.putObject("error");
        inner.put("message", message(error, name.code())).put("type", errorCode.equals(SPENT) ? SPENT : name.type());
        inner.put("param", param.isEmpty() ? null : param);
        inner.put("code", errorCode.isEmpty() ? null : errorCode);
        return JSON.writeValueAsBytes(body);
    }

    /** The event that ends a stream after a failure, without a name: go-openai would take that for a part of the error. */
    static byte[] event(byte[] body) {
        return ("data: " + new String(body, UTF_8) + "\n\n").getBytes(UTF_8);
    }

    /** The message, after the text of OpenAI's by which LiteLLM recognises two errors: it does not read the code. */
    private static String message(ApiError error, String code) {
        return switch (code) {
            case CONTEXT_EXCEEDED -> "This model's maximum context length is exceeded: " + error.message();
            case INVALID_KEY -> "Incorrect API key provided: " + error.message();
            default -> error.message();
        };
    }

    private static Name name(ApiError error) {
        return switch (error.type()) {
            case "authentication_error" -> new Name("invalid_request_error", INVALID_KEY);
            case "billing_error" -> new Name(SPENT, SPENT);
            case "permission_error" -> new Name("invalid_request_error", "permission_denied");
            case "not_found_error" ->
                new Name("invalid_request_error", error.message().contains("model") ? "model_not_found" : "not_found");
            case "request_too_large" -> new Name("invalid_request_error", "request_too_large");
            case "rate_limit_error" -> new Name("rate_limit_error", "rate_limit_exceeded");
            case "timeout_error" -> new Name("server_error", "timeout");
            case "overloaded_error" -> new Name("server_error", "overloaded");
            case "api_error" -> new Name("server_error", "");
            case "invalid_request_error" ->
                new Name(
                        "invalid_request_error",
                        TOO_LONG.stream().anyMatch(error.message()::startsWith) ? CONTEXT_EXCEEDED : "");
            default -> new Name(error.status() < 500 ? "invalid_request_error" : "server_error", "");
        };
    }
}
