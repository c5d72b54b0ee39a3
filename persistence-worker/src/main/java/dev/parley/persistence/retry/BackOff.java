package dev.parley.persistence.retry;

import java.time.Duration;

/**
 * How long to wait after failures: the ceiling doubles with each, the wait lies in its upper half, drawn by chance, so
 * that workers that failed together do not return together.
 *
 * @param initial the ceiling after the first failure
 * @param max the largest ceiling
 */
public record BackOff(Duration initial, Duration max) {
    private static final int DOUBLINGS_MAX = 30;

    /**
     * The wait before the next attempt.
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
