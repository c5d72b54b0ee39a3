package dev.parley.inference.kafka;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * How the topics are used.
 *
 * @param sessionTimeout after which the group assigns the partitions of a silent replica to others; the broker must allow it
 * @param commitInterval between commits of finished offsets
 * @param deliveryTimeout of a delta; after it the answer fails
 * @param deltaLinger by which a delta in the middle of an answer may be delayed at a high rate
 * @param deltaLingerFrom deltas a second, of all answers of this replica, that count as a high rate
 * @param deltaMergeInterval the least time between two deltas of an answer after its first token, at a high rate, at times that all
 *     answers have in common; zero merges only what arrives together
 * @param shutdownGrace for running generations after the start of a shutdown
 * @param beginAfter the least age of a redelivered request without a record on the log before it is started; above zero only
 *     while services of version 1 may start it too
 */
public record KafkaSettings(
        String bootstrapServers,
        String groupId,
        Duration sessionTimeout,
        Duration commitInterval,
        Duration deliveryTimeout,
        Duration deltaLinger,
        int deltaLingerFrom,
        Duration deltaMergeInterval,
        Duration shutdownGrace,
        Duration beginAfter) {
    public KafkaSettings {
        Bounds.positive("session-timeout", sessionTimeout);
        Bounds.positive("commit-interval", commitInterval);
        Bounds.positive("delivery-timeout", deliveryTimeout);
        Bounds.notNegative("delta-linger", deltaLinger);
        Bounds.atLeast("delta-linger-from", deltaLingerFrom, 0);
        if (deltaMergeInterval.isNegative() || deltaMergeInterval.compareTo(ArrivalRate.WINDOW) > 0) {
            throw new IllegalArgumentException("delta-merge-interval is " + deltaMergeInterval
                    + "; it must be from 0 to 100 ms, in which the rate is counted");
        }
        Bounds.notNegative("shutdown-grace", shutdownGrace);
        Bounds.notNegative("begin-after", beginAfter);
    }
}
