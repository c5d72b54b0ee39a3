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
 * Searches {@code chat.turns} for the turn of a generation whose deltas have expired: the topic keeps turns longer than
 * {@code chat.deltas} keeps their markers. Reads all turns of a partition since the request, which is rare.
 */
final class TurnLookup {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(1);

    private final Supplier<Consumer<String, byte[]>> consumers;

    /** The consumers read only committed records. */
    TurnLookup(Supplier<Consumer<String, byte[]>> consumers) {
        this.consumers = consumers;
    }

    boolean contain(ChatRequested requested) {
        byte[] key = requested.conversation().value().getBytes(UTF_8);
        TopicPartition partition = new TopicPartition(
                Topics.TURNS.name(), BuiltInPartitioner.partitionForKey(key, Topics.TURNS.partitions()));
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            long since = requested.publishedAt().minus(CLOCK_SKEW_MAX).toEpochMilli();
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
