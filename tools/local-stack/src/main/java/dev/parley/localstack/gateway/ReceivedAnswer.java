package dev.parley.localstack.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A complete answer, as its client saw it. Durations begin when the request is sent.
 *
 * @param stopReason the {@code stop_reason} of the Messages API
 * @param cache the result of the cache lookup, as in {@code x-parley-cache}
 */
public record ReceivedAnswer(
        String text,
        String stopReason,
        String generation,
        String conversation,
        String cache,
        double firstTextMillis,
        double wholeMillis) {
    /** Its durations, by the names of {@link AnswerTimings#numbers}. */
    public Map<String, Double> numbers() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("whole_ms", wholeMillis);
        numbers.put("first_text_ms", firstTextMillis);
        return numbers;
    }
}
