package dev.parley.cache.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnConsumersTest {
    private static final KafkaSettings SETTINGS =
            new KafkaSettings("", Duration.ofSeconds(6), Duration.ofMillis(500), 100, Duration.ofSeconds(1));

    /** The defaults: 100 turns of a poll, five calls for each, and 500 ms for a call. */
    @Test
    void aSlowRedisDoesNotEndTheMembershipInTheGroup() {
        Map<String, Object> consumer = new HashMap<>();
        TurnConsumers.configure(consumer, SETTINGS);
        assertThat(consumer).containsEntry("max.poll.records", 100);
        assertThat((Integer) consumer.get("max.poll.interval.ms")).isGreaterThan(100 * 5 * 500);
    }
}
