package dev.parley.persistence.retry;

import java.time.Duration;

/**
 * How a batch is retried.
 *
 * @param backOffInitial the longest pause after the first failure
 * @param backOffMax the longest pause
 * @param timeout of a batch, after which its consumer polls Kafka once and retries it; far below {@code max.poll.interval.ms}, so
 *     that an outage of the store does not end the membership in the group
 */
public record RetrySettings(Duration backOffInitial, Duration backOffMax, Duration timeout) {
    public BackOff backOff() {
        return new BackOff(backOffInitial, backOffMax);
    }
}
