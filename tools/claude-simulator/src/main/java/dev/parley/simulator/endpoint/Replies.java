package dev.parley.simulator.endpoint;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.script.ErrorBody;
import dev.parley.simulator.script.Script.Spoken;
import java.time.Duration;
import java.util.Map;

/** Responses that come at once. */
public final class Replies {
    private Replies() {}

    public static Spoken error(ApiError error, String requestId) {
        return Spoken.json(error.type().status(), headers(requestId), Duration.ZERO, ErrorBody.of(error, requestId));
    }

    static Spoken json(String body, Map<String, String> headers) {
        return Spoken.json(200, headers, Duration.ZERO, body);
    }

    /** What the API puts on every response. The limits are never reached. */
    static Map<String, String> headers(String requestId) {
        return Map.of(
                "request-id", requestId,
                "anthropic-organization-id", "00000000-0000-4000-8000-000000000000",
                "anthropic-ratelimit-requests-limit", "4000",
                "anthropic-ratelimit-requests-remaining", "3999",
                "anthropic-ratelimit-requests-reset", "2026-11-24T00:00:00Z");
    }
}
