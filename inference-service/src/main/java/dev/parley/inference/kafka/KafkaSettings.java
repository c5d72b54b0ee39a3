package dev.parley.inference.kafka;

import java.time.Duration;

/**
 * How the topics are used.
 *
 * @param sessionTimeout how long the group waits for a silent replica; the broker must allow it
 * @param commitInterval how often finished offsets are committed
 * @param deliveryTimeout how long a piece of an answer may wait for the broker before the answer fails
 * @param deltaLinger how long a piece in the middle of an answer may wait for others in busy times
 * @param deltaLingerFrom pieces a second, of all answers of this replica, from which on times are busy
 * @param shutdownGrace how long running generations may go on after the order to stop
 * @param beginAfter how old a redelivered request of which the log shows nothing must be before it is begun; more than zero
 *     only while services of version 1 may begin it too
 */
public record KafkaSettings(
        String bootstrapServers,
        String groupId,
        Duration sessionTimeout,
        Duration commitInterval,
        Duration deliveryTimeout,
        Duration deltaLinger,
        int deltaLingerFrom,
        Duration shutdownGrace,
        Duration beginAfter) {}
