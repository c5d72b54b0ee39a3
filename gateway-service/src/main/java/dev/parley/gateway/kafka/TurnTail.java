package dev.parley.gateway.kafka;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.pulse.EndedTurn;
import dev.parley.gateway.pulse.EndedTurns;
import dev.parley.gateway.pulse.PulseSettings;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails {@code chat.turns} for those who watch, beginning as far back as they look, and no further than they can keep. One
 * thread; a broken Kafka client is replaced and goes on where the last one stopped.
 */
public final class TurnTail implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final EndedTurns turns;
    private final PulseSettings settings;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Where reading goes on. Owned by the thread, as all below. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    /** Of which older turns were left out. */
    private final Set<TopicPartition> shortened = new HashSet<>();

    public TurnTail(
            Supplier<Consumer<String, byte[]>> consumers, EndedTurns turns, PulseSettings settings, Clock clock) {
        this.consumers = consumers;
        this.turns = turns;
        this.settings = settings;
        this.clock = clock;
    }

    /** Until {@link #close()}. */
    @Override
    public void run() {
        try {
            do {
                tail();
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }

    private void tail() {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
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
        } catch (RuntimeException | Error e) {
            LOG.warn("Tailing {} failed, beginning anew: {}", Topics.TURNS.name(), e.toString());
        }
    }

    private void begin(Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        long time = clock.instant().minus(settings.history()).toEpochMilli();
        Map<TopicPartition, OffsetAndTimestamp> found =
                consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(each -> each, _ -> time)));
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long each = Math.max(1, settings.turnsMax() / partitions.size());
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

    private void deliver(ConsumerRecord<String, byte[]> turn) {
        if (shortened.remove(new TopicPartition(turn.topic(), turn.partition()))) {
            turns.incompleteBefore(Instant.ofEpochMilli(turn.timestamp()));
        }
        try {
            turns.add(turn.partition(), turn.offset(), EndedTurn.read(turn.value()));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed turn at {}-{}: {}", turn.partition(), turn.offset(), e.reason());
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (!closed.await(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The tail of {} did not stop in time", Topics.TURNS.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
