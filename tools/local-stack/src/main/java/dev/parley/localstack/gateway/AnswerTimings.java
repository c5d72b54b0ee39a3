package dev.parley.localstack.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The duration of each stage of an answer, in milliseconds. The client measured the whole and the first text, the services
 * the stages; delivery is the rest.
 *
 * @param turn the stored turn of the answer
 */
public record AnswerTimings(ReceivedAnswer answer, JsonNode turn) {
    /** For the terminal, line by line. */
    public List<String> tree() {
        Map<String, Double> numbers = numbers();
        String firstText = millis(answer.firstTextMillis());
        return List.of(
                line(numbers, "answer", "whole_ms", "measured here; its first text came after " + firstText),
                line(numbers, "├─ session", "session_ms", "in the gateway, until Kafka had the request"),
                line(numbers, "├─ cache", "cache_ms", answer.cache()),
                line(numbers, "├─ queue", "queue_ms", "until Claude was called"),
                line(numbers, "├─ Claude in all", "claude_ms", tokens()),
                line(numbers, "│  └─ to first token", "claude_first_token_ms", ""),
                line(numbers, "└─ delivery", "delivery_ms", "the rest: through Kafka and the gateway to here"),
                line(
                        numbers,
                        "database write",
                        "database_write_ms",
                        "outside the answer: from its end until it was stored"));
    }

    /** For programs, by the name of the stage. */
    public Map<String, Double> numbers() {
        double services = stage("session_ms") + stage("cache_ms") + stage("queue_ms") + stage("claude_ms");
        Map<String, Double> numbers = answer.numbers();
        for (String stage : List.of("session_ms", "cache_ms", "queue_ms", "claude_first_token_ms", "claude_ms")) {
            numbers.put(stage, stage(stage));
        }
        numbers.put("delivery_ms", Math.max(0, answer.wholeMillis() - services));
        Duration write = Duration.between(instant("ended_at"), instant("stored_at"));
        numbers.put("database_write_ms", write.toNanos() / 1e6);
        numbers.replaceAll((stage, time) -> Math.round(time * 100) / 100.0);
        return numbers;
    }

    private double stage(String name) {
        return turn.path("timings").path(name).asDouble(0);
    }

    private Instant instant(String name) {
        return Instant.parse(turn.path(name).asString(Instant.EPOCH.toString()));
    }

    private String tokens() {
        JsonNode usage = turn.path("usage");
        return stage("claude_ms") == 0
                ? "not called"
                : "input " + input(usage) + ", output "
                        + usage.path("output_tokens").asLong(0) + " tokens";
    }

    /** With the tokens that Claude wrote to or read from its prompt cache: the three counts exclude each other. */
    private static long input(JsonNode usage) {
        return usage.path("input_tokens").asLong(0)
                + usage.path("cache_creation_input_tokens").asLong(0)
                + usage.path("cache_read_input_tokens").asLong(0);
    }

    private static String line(Map<String, Double> numbers, String label, String stage, String remark) {
        return String.format("%-20s %12s   %s", label, millis(numbers.getOrDefault(stage, 0.0)), remark)
                .stripTrailing();
    }

    private static String millis(double time) {
        return String.format(Locale.ROOT, "%.1f ms", time);
    }
}
