package dev.parley.persistence.retry;

import java.time.Duration;

/**
 * How a batch is retried.
 *
 * @param backOffInitial the longest pause after the first failure
 * @param backOffMax the longest pause
 * @param timeout of a batch without progress, after which its consumer polls Kafka once and retries it
 * @param timeoutMax of a batch of which the store accepts some now and then, and of removing the turns of a conversation, however
 *     many; at least {@code timeout}, and far below {@code max.poll.interval.ms}, so that neither an outage of the store nor a large
 *     deletion ends the membership in the group
 */
public record BatchRetrySettings(Duration backOffInitial, Duration backOffMax, Duration timeout, Duration timeoutMax) {
    private static final int DOUBLINGS_MAX = 30;

    /**
     * The pause before the next attempt: its ceiling doubles with each failure, and the pause is a random value in the upper
     * half, so that workers that failed together do not retry together.
     *
     * @param failures in a row so far, at least 1
     * @param chance 0 to 1
     */
    Duration pauseAfter(int failures, double chance) {
        Duration doubled = backOffInitial.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        Duration ceiling = doubled.compareTo(backOffMax) < 0 ? doubled : backOffMax;
        return Duration.ofNanos((long) (ceiling.toNanos() * (1 + chance) / 2));
    }
}
