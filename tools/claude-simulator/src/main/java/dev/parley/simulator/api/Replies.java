package dev.parley.simulator.api;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.script.StreamScript;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Responses that are sent at once. */
public final class Replies {
    private Replies() {}

    public static StreamScript error(ApiError error, String requestId) {
        return StreamScript.error(error, headers(requestId), Duration.ZERO, requestId);
    }

    /** The thread is unknown or has expired: the SDKs send the whole conversation again. */
    static StreamScript threadNotFound(String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", "error");
        body.putObject("error")
                .put("type", ApiError.ErrorType.NOT_FOUND.text())
                .put("message", "thread.previous_message_id: no thread can be continued from this message")
                .putObject("details")
                .put("error_code", "thread_not_found");
        return StreamScript.json(
                404,
                headers(requestId),
                Duration.ZERO,
                body.put("request_id", requestId).toString());
    }

    static StreamScript json(JsonNode body, Map<String, String> headers) {
        return StreamScript.json(200, headers, Duration.ZERO, body.toString());
    }

    /** The headers of every response of the API. Its limits are never reached. */
    static Map<String, String> headers(String requestId) {
        return Map.of(
                "request-id", requestId,
                "anthropic-organization-id", "00000000-0000-4000-8000-000000000000",
                "anthropic-ratelimit-requests-limit", "4000",
                "anthropic-ratelimit-requests-remaining", "3999",
                "anthropic-ratelimit-requests-reset", "2026-11-24T00:00:00Z");
    }
}
