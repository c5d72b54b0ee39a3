package dev.parley.persistence.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.retry.BatchRetrySettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.util.unit.DataSize;

class TurnConsumersTest {
    static final KafkaSettings SETTINGS = settings(Duration.ofMinutes(2));

    private static final BatchRetrySettings RETRY = new BatchRetrySettings(
            Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), Duration.ofMillis(4));

    static KafkaSettings settings(Duration batchTimeMax) {
        return new KafkaSettings(
                "",
                "g",
                2,
                250,
                DataSize.ofMegabytes(16),
                Duration.ofMillis(200),
                Duration.ofSeconds(9),
                batchTimeMax,
                Duration.ofMinutes(5),
                Duration.ofSeconds(15),
                DataSize.ofMegabytes(18),
                Duration.ofSeconds(25));
    }

    @Test
    void readsCommittedRecordsInBoundedBatches() {
        Map<String, Object> consumer = new HashMap<>(Map.of("isolation.level", "read_uncommitted", "group.id", "g"));
        TurnConsumers.configure(consumer, SETTINGS);
        assertThat(consumer)
                .containsEntry("group.id", "g")
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("max.poll.records", 250)
                .containsEntry("fetch.max.bytes", 16 * 1024 * 1024)
                .containsEntry("fetch.min.bytes", 256 * 1024)
                .containsEntry("fetch.max.wait.ms", 200)
                .containsEntry("session.timeout.ms", 9_000)
                .containsEntry("heartbeat.interval.ms", 3_000)
                .containsEntry("max.poll.interval.ms", 300_000)
                .containsEntry("allow.auto.create.topics", false);
    }

    @Test
    void givesARunningBatchTimeToEnd() {
        ContainerProperties properties = new ContainerProperties("chat.turns");
        properties.setMessageListener((BatchMessageListener<String, byte[]>) _ -> {});
        KafkaMessageListenerContainer<String, byte[]> container =
                new KafkaMessageListenerContainer<>(new DefaultKafkaConsumerFactory<>(Map.of()), properties);
        TurnConsumers.configure(container, SETTINGS, RETRY);
        assertThat(container.getContainerProperties().getShutdownTimeout()).isEqualTo(25_000);
    }

    @Test
    void neverDropsABatch() {
        DefaultErrorHandler handler = TurnConsumers.retryForever(RETRY);
        assertThat(handler.removeClassification(ClassCastException.class)).isNull();
    }
}
