package dev.parley.inference.generation;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How often Claude is asked again.
 *
 * @param attemptsMax calls that may break off within one answer before it is given up
 * @param refusalsMax how often a refused call is repeated
 * @param backoff the pause before the first repetition; it doubles with each
 * @param retryAfterMax the longest {@code retry-after} that is waited for; a longer one is the client's to wait
 * @param budget how long after the generation's beginning a refused call may still be repeated
 * @param lifetimeMax how long after its beginning an answer may still go on, even if Claude lives: then it is broken
 * @param fallbacks for a model that is in trouble, by the beginning of its name, the models to ask instead, in order
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
        fallbacks = Map.copyOf(fallbacks);
    }

    /** Every model that may be asked instead of another. */
    public List<String> fallbackModels() {
        return fallbacks.values().stream().flatMap(List::stream).toList();
    }

    /** The models to ask instead of this one; the longest name wins. */
    List<String> fallbacksOf(String model) {
        return fallbacks.keySet().stream()
                .filter(model::startsWith)
                .max(java.util.Comparator.comparingInt(String::length))
                .map(name -> List.copyOf(fallbacks.getOrDefault(name, List.of())))
                .orElse(List.of());
    }
}
