package dev.parley.pulse.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.pulse.turns.EndedTurn;
import dev.parley.pulse.turns.RecentTurns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails {@code chat.turns} without a consumer group, from the beginning of the history, but at most the number of turns
 * that are kept. A failed consumer is replaced by one that continues at the same offsets.
 */
public final class TurnTail implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The other events of the topic are changes of conversations. */
    private static final Set<String> TURNS =
            Set.of(TurnCodec.CHAT_COMPLETED, TurnCodec.CHAT_FAILED, TurnCodec.CHAT_CANCELLED);

    private final String bootstrapServers;
    private final RecentTurns turns;
    private final Duration history;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** The next offset of each partition. Owned by the thread, as all below. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    /** Partitions in which turns of the history are skipped. */
    private final Set<TopicPartition> shortened = new HashSet<>();

    public TurnTail(String bootstrapServers, RecentTurns turns, Duration history, Clock clock) {
        this.bootstrapServers = bootstrapServers;
        this.turns = turns;
        this.history = history;
        this.clock = clock;
    }

    /** Runs until {@link #close()}. */
    @Override
    public void run() {
        try {
            do {
                tail();
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tail() {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.TURNS.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            if (positions.isEmpty()) {
                begin(consumer, partitions);
            }
            partitions.forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition, 0L)));
            while (closing.getCount() > 0) {
                consumer.poll(POLL).forEach(this::deliver);
                partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
            }
        } catch (RuntimeException e) {
            LOG.warn("Tailing {} failed and is retried: {}", Topics.TURNS.name(), e.toString());
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "client.id",
                        "pulse-turns",
                        "enable.auto.commit",
                        false,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "latest",
                        "fetch.max.bytes",
                        4 * 1024 * 1024,
                        "max.partition.fetch.bytes",
                        1024 * 1024,
                        "default.api.timeout.ms",
                        2_500,
                        "request.timeout.ms",
                        2_500,
                        "reconnect.backoff.max.ms",
                        500),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void begin(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        long time = clock.instant().minus(history).toEpochMilli();
        Map<TopicPartition, OffsetAndTimestamp> found =
                consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(each -> each, _ -> time)));
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long each = Math.max(1, turns.max() / partitions.size());
        for (TopicPartition partition : partitions) {
            long end = ends.getOrDefault(partition, 0L);
            OffsetAndTimestamp since = found.get(partition);
            long begin = since == null ? end : since.offset();
            if (begin < end - each) {
                begin = end - each;
                shortened.add(partition);
            }
            positions.put(partition, begin);
            turns.begin(partition.partition(), begin);
        }
    }

    private void deliver(ConsumerRecord<byte[], byte[]> event) {
        if (shortened.remove(new TopicPartition(event.topic(), event.partition()))) {
            turns.incompleteBefore(Instant.ofEpochMilli(event.timestamp()));
        }
        try {
            if (TURNS.contains(new EventHeaders(event.headers()).require(CloudEvent.TYPE))) {
                turns.add(event.partition(), event.offset(), EndedTurn.read(event.value()));
            }
        } catch (MalformedEventException e) {
            LOG.warn("Skipping a malformed turn at {}-{}: {}", event.partition(), event.offset(), e.reason());
        }
    }

    /** Stops the thread within a poll. */
    @Override
    public void close() {
        closing.countDown();
    }
}
