package dev.parley.cache.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cache.CacheDefaults;
import dev.parley.membership.Membership;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OwnedPartitionsTest {
    private static final String REQUESTS = "requests-in-0";
    private static final TopicPartition PARTITION = new TopicPartition("chat.requests", 5);

    private final TurnRecorders recorders = new TurnRecorders(partition -> new TurnRecorder(
            "recorder-" + partition,
            () -> Records.producer(true),
            CacheDefaults.kafka(),
            new SimpleMeterRegistry().timer("commits")));
    private final OwnedPartitions partitions = new OwnedPartitions(
            REQUESTS,
            new Membership(Duration.ofSeconds(6), System::nanoTime),
            new Unfinished(10, Duration.ofMillis(10)),
            recorders,
            Duration.ofMillis(10));
    private final MockConsumer<String, byte[]> consumer = Records.consumer();

    @Test
    void knowsNothingOfPartitionsThatAreNotOurs() {
        assertThat(partitions.mayHaveBeenBegun(PARTITION, 1_000)).isTrue();
        assertThat(recorders.ready(5)).isFalse();
    }

    @Test
    void trustsWhatCameAfterThePartitionWasAssigned() {
        assign(7);
        assertThat(partitions.mayHaveBeenBegun(PARTITION, 6)).isTrue();
        assertThat(partitions.mayHaveBeenBegun(PARTITION, 7)).isFalse();
        assertThat(recorders.ready(5)).isTrue();
    }

    @Test
    void trustsNothingWhenTheEndIsUnknown() {
        consumer.setOffsetsException(new KafkaException("no answer"));
        partitions.onPartitionsAssigned(REQUESTS, consumer, List.of(PARTITION), true);
        assertThat(partitions.mayHaveBeenBegun(PARTITION, 1_000)).isTrue();
    }

    @Test
    void forgetsWhatWasTakenAway() {
        assign(7);
        partitions.onPartitionsRevokedBeforeCommit(REQUESTS, consumer, List.of(PARTITION));
        assertThat(recorders.ready(5)).isTrue();
        partitions.onPartitionsRevokedAfterCommit(REQUESTS, consumer, List.of(PARTITION));
        assertThat(partitions.mayHaveBeenBegun(PARTITION, 7)).isTrue();
        assertThat(recorders.ready(5)).isFalse();
    }

    @Test
    void knowsWhichBindingsHaveTheirPartitions() {
        assertThat(partitions.joined()).isEmpty();
        partitions.onPartitionsAssigned("turns-in-0", consumer, List.of(), true);
        assertThat(partitions.joined()).containsExactly("turns-in-0");
        assign(0);
        assertThat(partitions.joined()).containsExactlyInAnyOrder("turns-in-0", REQUESTS);
    }

    private void assign(long end) {
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        partitions.onPartitionsAssigned(REQUESTS, consumer, List.of(PARTITION), true);
    }
}
