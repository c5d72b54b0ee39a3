package dev.parley.localstack.ask;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What the history says about a turn: the time that each stage took, as the services measured it.
 *
 * @param databaseWrite from the end of the answer until the turn was stored
 */
public record StoredTurn(
        String model,
        long inputTokens,
        long outputTokens,
        Duration session,
        Duration cache,
        Duration queue,
        Duration claudeFirstToken,
        Duration claude,
        Duration databaseWrite) {
    static StoredTurn read(JsonNode turn) {
        JsonNode timings = turn.path("timings");
        return new StoredTurn(
                turn.path("model").asString(""),
                turn.path("usage").path("input_tokens").asLong(0),
                turn.path("usage").path("output_tokens").asLong(0),
                millis(timings, "session_ms"),
                millis(timings, "cache_ms"),
                millis(timings, "queue_ms"),
                millis(timings, "claude_first_token_ms"),
                millis(timings, "claude_ms"),
                Duration.between(instant(turn, "ended_at"), instant(turn, "stored_at")));
    }

    /** What is left of a time that was measured elsewhere: Kafka and the gateway on the way back, and the connection. */
    public Duration delivery(Duration whole) {
        Duration rest = whole.minus(session).minus(cache).minus(queue).minus(claude);
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    private static Duration millis(JsonNode timings, String name) {
        return Duration.ofNanos(Math.round(timings.path(name).asDouble(0) * 1e6));
    }

    private static Instant instant(JsonNode turn, String name) {
        return Instant.parse(turn.path(name).asString(Instant.EPOCH.toString()));
    }
}
