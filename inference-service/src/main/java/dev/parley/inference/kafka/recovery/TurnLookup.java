package dev.parley.inference.kafka.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches {@code chat.turns} for the turn of a generation whose deltas have expired: the topic keeps turns longer than
 * {@code chat.deltas} keeps their markers. Reads all turns of a partition since the request, which is rare. One thread.
 */
public final class TurnLookup {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLookup.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Of the clocks of gateways, whose times requests have. */
    static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(1);

    /** Time without progress after which a look-up ends. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Pause before a partition that did not respond is asked again, because the caller has other work. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(30);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Long> retryAt = new HashMap<>();

    /** The consumers read only committed records. */
    public TurnLookup(Supplier<Consumer<String, byte[]>> consumers, LongSupplier nanoTime) {
        this.consumers = consumers;
        this.nanoTime = nanoTime;
    }

    /**
     * Whether the topic has the turn of a request; empty if its partition cannot be read, or could not 30 s ago. A turn behind an
     * open transaction cannot be read until that has ended.
     *
     * @param offsets a consumer of all records, committed or not: for one of committed records, the log ends at the first open
     *     transaction
     */
    Optional<Boolean> contain(ChatRequested requested, Consumer<String, byte[]> offsets) {
        byte[] key = requested.conversation().value().getBytes(UTF_8);
        TopicPartition partition = new TopicPartition(
                Topics.TURNS.name(), BuiltInPartitioner.partitionForKey(key, Topics.TURNS.partitions()));
        Long retry = retryAt.get(partition);
        if (retry != null && nanoTime.getAsLong() - retry < 0) {
            return Optional.empty();
        }
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            boolean contained = contains(partition, requested, consumer, offsets);
            retryAt.remove(partition);
            return Optional.of(contained);
        } catch (TimeoutException e) {
            LOG.warn("The turn of {} cannot be looked up yet: {}", requested.generation(), e.getMessage());
            retryAt.put(partition, nanoTime.getAsLong() + RETRY_PAUSE.toNanos());
            return Optional.empty();
        }
    }

    private boolean contains(
            TopicPartition partition,
            ChatRequested requested,
            Consumer<String, byte[]> consumer,
            Consumer<String, byte[]> offsets) {
        long since = requested.publishedAt().minus(CLOCK_SKEW_MAX).toEpochMilli();
        OffsetAndTimestamp first =
                offsets.offsetsForTimes(Map.of(partition, since), TIMEOUT).get(partition);
        if (first == null) {
            return false;
        }
        long end = offsets.endOffsets(Set.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        consumer.assign(List.of(partition));
        consumer.seek(partition, first.offset());
        long position = first.offset();
        long deadline = nanoTime.getAsLong() + TIMEOUT.toNanos();
        while (position < end) {
            for (ConsumerRecord<String, byte[]> turn : consumer.poll(POLL)) {
                if (isOf(requested, turn)) {
                    return true;
                }
            }
            long next = consumer.position(partition, TIMEOUT);
            if (next > position) {
                position = next;
                deadline = nanoTime.getAsLong() + TIMEOUT.toNanos();
            } else if (nanoTime.getAsLong() - deadline > 0) {
                throw new TimeoutException(partition + " cannot be read beyond " + position);
            }
        }
        return false;
    }

    private static boolean isOf(ChatRequested requested, ConsumerRecord<String, byte[]> turn) {
        return new EventHeaders(turn.headers())
                .find(CloudEvent.GENERATION)
                .equals(Optional.of(requested.generation().value()));
    }
}
