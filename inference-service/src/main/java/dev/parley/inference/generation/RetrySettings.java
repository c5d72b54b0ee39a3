package dev.parley.inference.generation;

import dev.parley.contracts.Bounds;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How calls to Claude are retried.
 *
 * @param attemptsMax interrupted calls of one answer before it is given up
 * @param refusalsMax retries of a refused call
 * @param backoff pause before the first retry; it doubles with each
 * @param retryAfterMax the longest {@code retry-after} that is waited for; a longer one is passed to the client
 * @param budget within which refused calls are retried: after the start of a generation, or the break of its answer
 * @param lifetimeMax of an answer, after which it counts as broken even if Claude continues
 * @param fallbacks by the prefix of a model's name, the models to call instead when it fails, in order
 */
public record RetrySettings(
        int attemptsMax,
        int refusalsMax,
        Duration backoff,
        Duration retryAfterMax,
        Duration budget,
        Duration lifetimeMax,
        Map<String, List<String>> fallbacks) {
    public RetrySettings {
        Bounds.atLeast("attempts-max", attemptsMax, 0);
        Bounds.atLeast("refusals-max", refusalsMax, 0);
        Bounds.notNegative("backoff", backoff);
        Bounds.notNegative("retry-after-max", retryAfterMax);
        Bounds.notNegative("budget", budget);
        Bounds.positive("lifetime-max", lifetimeMax);
        fallbacks = Map.copyOf(fallbacks);
    }

    public List<String> fallbackModels() {
        return fallbacks.values().stream().flatMap(List::stream).toList();
    }

    /** The fallback models of a model; the longest prefix applies. */
    List<String> fallbacksOf(String model) {
        return fallbacks.entrySet().stream()
                .filter(fallback -> model.startsWith(fallback.getKey()))
                .max(Comparator.comparingInt(fallback -> fallback.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse(List.of());
    }
}
