package dev.parley.persistence.retry;

import java.time.Duration;

/**
 * The pause after consecutive failures: its ceiling doubles with each failure, and the pause is a random value in the upper half,
 * so that workers that failed together do not retry together.
 *
 * @param initial the ceiling after the first failure
 * @param max the largest ceiling
 */
public record BackOff(Duration initial, Duration max) {
    private static final int DOUBLINGS_MAX = 30;

    /**
     * The pause before the next attempt.
     *
     * @param failures in a row so far, at least 1
     * @param chance 0 to 1
     */
    Duration after(int failures, double chance) {
        Duration doubled = initial.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        Duration ceiling = doubled.compareTo(max) < 0 ? doubled : max;
        return Duration.ofNanos((long) (ceiling.toNanos() * (1 + chance) / 2));
    }
}
