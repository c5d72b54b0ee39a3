package dev.parley.simulator.api;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.script.StreamScript;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Responses that are sent at once. */
public final class Replies {
    private Replies() {}

    public static StreamScript error(ApiError error, String requestId) {
        return StreamScript.error(error, headers(requestId), Duration.ZERO, requestId);
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
