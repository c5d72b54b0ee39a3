package dev.parley.cache.kafka;

import java.time.Duration;

/**
 * How {@code chat.turns} is read.
 *
 * @param sessionTimeout how long the group waits for a silent replica; the broker must allow it
 * @param fetchMaxWait how long the broker holds a fetch that is not full
 * @param pollRecordsMax how many records one poll returns
 * @param retryInterval the pause before turns are tried again for which Redis has not answered
 */
public record KafkaSettings(
        String bootstrapServers,
        Duration sessionTimeout,
        Duration fetchMaxWait,
        int pollRecordsMax,
        Duration retryInterval) {}
