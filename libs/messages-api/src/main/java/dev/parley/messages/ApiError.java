package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error of the Messages API, from which the SDKs create their typed errors (docs.claude.com, "Errors").
 *
 * @param status the HTTP status
 * @param type the error type, such as {@code invalid_request_error}
 * @param details what Claude adds for programs, such as {@code {"error_code":"thread_not_found"}}, from which the SDKs recover;
 *     missing if nothing
 */
public record ApiError(int status, String type, String message, JsonNode details) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** How the codes end of the limits of an organisation and of a contract. */
    private static final String SPEND_LIMIT = "spend_limit_reached";

    private static final Map<Integer, String> TYPES = Map.of(
            400, "invalid_request_error",
            401, "authentication_error",
            402, "billing_error",
            403, "permission_error",
            404, "not_found_error",
            413, "request_too_large",
            429, "rate_limit_error",
            504, "timeout_error",
            529, "overloaded_error");

    /** For a defect, with Claude's message. */
    public static final ApiError INTERNAL = of(500, "Internal server error");

    public ApiError(int status, String type, String message) {
        this(status, type, message, MissingNode.getInstance());
    }

    /** The error with the type that the API uses for a status. */
    public static ApiError of(int status, String message) {
        return new ApiError(status, typeOf(status), message);
    }

    public static ApiError invalidRequest(String message) {
        return of(400, message);
    }

    /**
     * Parses an error response, or the data of an {@code error} event.
     *
     * @param status the HTTP status of the response; for an event, the status of its type
     */
    public static ApiError parse(int status, byte[] body) {
        try {
            JsonNode error = MAPPER.readTree(body).path("error");
            if (error.path("type").isString()) {
                return new ApiError(
                        status,
                        error.path("type").stringValue(),
                        error.path("message").stringValue(""),
                        error.path("details"));
            }
        } catch (JacksonException e) {
            // The response of an intermediary, such as a proxy, whose text is not passed on to clients.
        }
        return of(status, "Claude's API answered with status " + status + ".");
    }

    /**
     * The error for a client after an error response of Claude to the operator's key. A refusal of that key is 502: the client's
     * own key is valid. A redirect or an interim status is 502 too, because a client cannot act on it.
     */
    public static ApiError ofClaude(int status, byte[] body) {
        return withoutCredentials(parse(status < 400 ? 502 : status, body));
    }

    /** The same for an {@code error} event of Claude. */
    public static ApiError ofClaude(JsonNode event) {
        return withoutCredentials(parse(event));
    }

    private static ApiError withoutCredentials(ApiError error) {
        return refusesCredentials(error.status)
                ? of(502, "The gateway's credentials were not accepted by Claude.")
                : error;
    }

    /** Whether Claude's status refuses the key of the caller, or its permissions. */
    public static boolean refusesCredentials(int status) {
        return status == 401 || status == 403;
    }

    public static ApiError parse(JsonNode event) {
        JsonNode error = event.path("error");
        String type = error.path("type").stringValue("api_error");
        return new ApiError(statusOf(type), type, error.path("message").stringValue(""), error.path("details"));
    }

    /** Whether it is a spend limit at Anthropic, which a pause does not reset: without {@code retry-after}, unlike a rate limit. */
    public boolean isSpendLimit(String retryAfter) {
        return status == 429
                && retryAfter.isEmpty()
                && (details.path("error_code").stringValue("").endsWith(SPEND_LIMIT)
                        || message.toLowerCase(Locale.ROOT).contains("usage limit"));
    }

    /** The response body, in UTF-8. */
    public byte[] body(String requestId) {
        ObjectNode body = MAPPER.createObjectNode().put("type", "error");
        ObjectNode error = body.putObject("error").put("type", type).put("message", message);
        if (!details.isMissingNode()) {
            error.set("details", details);
        }
        body.put("request_id", requestId);
        return MAPPER.writeValueAsBytes(body);
    }

    /** The {@code error} event with an error body, which ends a stream that has started. */
    public static byte[] frame(byte[] body) {
        return ("event: error\ndata: " + new String(body, UTF_8) + "\n\n").getBytes(UTF_8);
    }

    private static String typeOf(int status) {
        return TYPES.getOrDefault(status, status < 500 ? "invalid_request_error" : "api_error");
    }

    private static int statusOf(String type) {
        return TYPES.entrySet().stream()
                .filter(known -> known.getValue().equals(type))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(500);
    }
}
