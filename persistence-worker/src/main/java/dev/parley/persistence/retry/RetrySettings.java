package dev.parley.persistence.retry;

import java.time.Duration;

/**
 * How a batch is tried again.
 *
 * @param backOffInitial the longest wait after the first failure
 * @param backOffMax the longest wait of all
 * @param patience how long a batch is tried before its consumer polls Kafka once and begins again; far below
 *     {@code max.poll.interval.ms}, so that an outage costs no membership in the group
 */
public record RetrySettings(Duration backOffInitial, Duration backOffMax, Duration patience) {
    public BackOff backOff() {
        return new BackOff(backOffInitial, backOffMax);
    }
}
