package dev.parley.inference.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks for the turn of a generation on {@code chat.turns}, which keeps it longer than {@code chat.deltas} keeps the
 * marker. Reads all turns of a partition since the request was made: for the rare request that is older than its slice.
 */
final class RecordedTurns {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(1);

    private final Supplier<Consumer<String, byte[]>> consumers;

    /**
     * Makes it.
     *
     * @param consumers make consumers that read only what is committed
     */
    RecordedTurns(Supplier<Consumer<String, byte[]>> consumers) {
        this.consumers = consumers;
    }

    boolean hold(ChatRequested requested) {
        byte[] key = requested.conversation().value().getBytes(UTF_8);
        TopicPartition partition = new TopicPartition(
                Topics.TURNS.name(), BuiltInPartitioner.partitionForKey(key, Topics.TURNS.partitions()));
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            long since = requested.publishedAt().minus(CLOCKS_DIFFER_BY).toEpochMilli();
            OffsetAndTimestamp first =
                    consumer.offsetsForTimes(Map.of(partition, since)).get(partition);
            if (first == null) {
                return false;
            }
            long end = consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
            consumer.assign(List.of(partition));
            consumer.seek(partition, first.offset());
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> turn : consumer.poll(POLL)) {
                    if (isOf(requested, turn)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private static boolean isOf(ChatRequested requested, ConsumerRecord<String, byte[]> turn) {
        return new EventHeaders(turn.headers())
                .find(CloudEvent.GENERATION)
                .equals(Optional.of(requested.generation().value()));
    }
}
