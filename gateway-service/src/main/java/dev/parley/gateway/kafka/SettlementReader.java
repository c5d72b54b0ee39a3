package dev.parley.gateway.kafka;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.LogTail;
import dev.parley.gateway.limits.BudgetPeriods;
import dev.parley.gateway.limits.Settlement;
import dev.parley.gateway.limits.Settlements;
import dev.parley.gateway.limits.Settlements.Step;
import dev.parley.gateway.limits.UsageMeter;
import dev.parley.gateway.session.IssuedKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Gatherers;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the use of keys from {@code chat.turns}. The gateways share the partitions as a consumer group, but commit no offsets to
 * Kafka: the ledger stores the offset up to which it has counted. A ledger that has lost its data gets the turns of this month
 * and the previous one again. A gateway that cannot reach the ledger for 15 s leaves its partitions to others until it can. Starts
 * with the first issued key. One thread.
 */
public final class SettlementReader {
    private static final Logger LOG = LoggerFactory.getLogger(SettlementReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration COMPARISON_INTERVAL = Duration.ofSeconds(2);

    /**
     * How long after its end a turn is on the log at the latest, unless its partition cannot be written: its replica may have died
     * before that.
     */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(30);

    /** Time without the ledger after which partitions are left to other gateways: longer than a restart of Redis. */
    private static final Duration LEDGER_TIMEOUT = Duration.ofSeconds(15);
    /** Turns without a settlement after which the offset is stored. */
    private static final int SKIPPED_MAX = 100;
    /** Settlements in one round trip to Redis, during which no other script runs. */
    private static final int STEPS_MAX = 100;
    /** Timeout of an offset query; nothing is settled meanwhile. */
    private static final Duration OFFSETS_TIMEOUT = Duration.ofSeconds(2);
    /** Pause before another seek in a partition that has no leader, or seems to have lost its end. */
    private static final Duration SEEK_RETRY_PAUSE = Duration.ofSeconds(5);

    /** The ends of partitions that were asked for, each when the leader of its partition has responded. */
    private record Ends(Instant askedAt, Map<TopicPartition, Future<Long>> ends) {
        /** Whether a consumer has read a partition to its end. */
        boolean isReached(Consumer<String, byte[]> consumer, TopicPartition partition) {
            Future<Long> end = ends.get(partition);
            try {
                return end != null
                        && end.state() == Future.State.SUCCESS
                        && consumer.position(partition, Duration.ZERO) >= end.resultNow();
            } catch (TimeoutException e) {
                // Its new leader has not confirmed the position yet.
                return false;
            }
        }
    }

    private final LogTail tail;
    private final Function<Set<TopicPartition>, Map<TopicPartition, Future<Long>>> ends;
    private final Settlements settlements;
    private final IssuedKeys keys;
    private final CountedTurns turns;
    private final Counter settled;
    private final Clock clock;
    private final LongSupplier nanoTime;

    /** By partition, the offset up to which the ledger has counted; empty before the first. Other partitions are not read. */
    private final Map<TopicPartition, OptionalLong> countedUpTo = new HashMap<>();

    private final Map<TopicPartition, Integer> skipped = new HashMap<>();
    /** By partition that is assigned and not read, when to seek in it, by {@link System#nanoTime()}. */
    private final Map<TopicPartition, Long> seekDueAt = new HashMap<>();
    /** Those of {@link #seekDueAt} whose logs have lost their ends, by one answer: a deposed leader may report an earlier end. */
    private final Set<TopicPartition> endedEarly = new HashSet<>();
    /** Time of the next comparison with the ledger, by {@link System#nanoTime()}. */
    private long nextComparison;
    /** Those of the last comparison: a partition that cannot be fetched must not seem to be read to its end. */
    private Ends asked;
    /** When the ledger last responded, by {@link System#nanoTime()}. */
    private long reached;

    /**
     * A reader that does nothing until {@link #start()}.
     *
     * @param ends asks for the present ends of partitions, behind the records of open transactions; does not block
     */
    public SettlementReader(
            Supplier<Consumer<String, byte[]>> consumers,
            Function<Set<TopicPartition>, Map<TopicPartition, Future<Long>>> ends,
            Settlements settlements,
            IssuedKeys keys,
            UsageMeter meter,
            MeterRegistry registry,
            Clock clock,
            LongSupplier nanoTime) {
        this.tail = new LogTail("settlement", consumers, POLL, new Reader());
        this.ends = ends;
        this.settlements = settlements;
        this.keys = keys;
        this.turns = new CountedTurns(keys, meter);
        this.settled = Counter.builder("parley.gateway.settlements")
                .description("Turns that were settled with the limits of their keys")
                .register(registry);
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.nextComparison = nanoTime.getAsLong();
        this.asked = new Ends(clock.instant(), Map.of());
        this.reached = nextComparison;
    }

    /** Reads until {@link #stop()}. */
    public void start() {
        var _ = keys.firstIssued().thenRun(tail::start);
    }

    /** Waits for 5 s at most: another gateway repeats an unfinished settlement. */
    public void stop() {
        if (keys.firstIssued().isDone()) {
            tail.stop();
        }
        tail.close();
    }

    private final class Reader implements LogTail.Reader {
        @Override
        public boolean isReady() {
            try {
                var _ = positions();
                return true;
            } catch (RuntimeException e) {
                LOG.debug("The ledger cannot be reached: {}", e.toString());
                return false;
            }
        }

        @Override
        public void assign(Consumer<String, byte[]> consumer) {
            countedUpTo.clear();
            seekDueAt.clear();
            consumer.subscribe(List.of(Topics.TURNS.name()), new Assignment(consumer));
        }

        /**
         * While the ledger cannot be reached, no partition is read, and a poll takes its time. Fails after a while, which closes the
         * consumer: another gateway gets the partitions.
         */
        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            List<Step> steps = steps(records);
            try {
                settle(consumer, steps);
                compare(consumer);
                seekDue(consumer);
            } catch (RuntimeException e) {
                LOG.debug("The ledger cannot be reached: {}", e.toString());
                if (nanoTime.getAsLong() - reached > LEDGER_TIMEOUT.toNanos()) {
                    throw new IllegalStateException("nothing can be settled", e);
                }
                steps.forEach(step -> scheduleSeek(consumer, partition(step)));
            }
        }
    }

    /** The settlements of the records of one poll, each after the one before it in its partition. */
    private List<Step> steps(ConsumerRecords<String, byte[]> records) {
        List<Step> steps = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            OptionalLong after = countedUpTo.get(partition);
            if (after == null) {
                continue;
            }
            for (ConsumerRecord<String, byte[]> turn : records.records(partition)) {
                Optional<Settlement> settlement = turns.settlement(turn);
                if (settlement.isEmpty() && skipped.merge(partition, 1, Integer::sum) < SKIPPED_MAX) {
                    continue;
                }
                skipped.remove(partition);
                steps.add(new Step(partition.partition(), after, turn.offset(), settlement));
                after = OptionalLong.of(turn.offset());
            }
        }
        return steps;
    }

    private void settle(Consumer<String, byte[]> consumer, List<Step> steps) {
        steps.stream().gather(Gatherers.windowFixed(STEPS_MAX)).forEach(some -> {
            List<OptionalLong> stored = settlements.settle(some);
            reached = nanoTime.getAsLong();
            for (int i = 0; i < some.size(); i++) {
                settled(consumer, some.get(i), stored.get(i));
            }
        });
    }

    private void settled(Consumer<String, byte[]> consumer, Step step, OptionalLong at) {
        TopicPartition partition = partition(step);
        if (!countedUpTo.containsKey(partition)) {
            // An earlier step of this partition has failed.
            return;
        }
        if (at.equals(OptionalLong.of(step.offset()))) {
            countedUpTo.put(partition, at);
            step.settlement().ifPresent(_ -> settled.increment());
        } else {
            LOG.warn("The ledger has counted {} up to {}, not {}: going there", partition, at, step.after());
            scheduleSeek(consumer, partition);
        }
    }

    private static TopicPartition partition(Step step) {
        return new TopicPartition(Topics.TURNS.name(), step.partition());
    }

    /**
     * Checks periodically whether the ledger can be reached, and whether it has lost data, also for partitions without records. Of
     * those that are read to the end that they had at the last comparison, stores until when they are counted.
     */
    private void compare(Consumer<String, byte[]> consumer) {
        long now = nanoTime.getAsLong();
        if (now - nextComparison < 0) {
            return;
        }
        nextComparison = now + COMPARISON_INTERVAL.toNanos();
        Map<Integer, Long> positions = positions();
        Map<Integer, OptionalLong> counted = new HashMap<>();
        Map.copyOf(countedUpTo).forEach((partition, at) -> {
            if (!in(positions, partition).equals(at)) {
                LOG.warn("The ledger has another place for {}: going there", partition);
                scheduleSeek(consumer, partition);
            } else if (asked.isReached(consumer, partition)) {
                counted.put(partition.partition(), at);
            }
        });
        settlements.counted(counted, asked.askedAt().minus(WRITTEN_WITHIN));
        asked = new Ends(clock.instant(), ends.apply(countedUpTo.keySet()));
    }

    /** Stops reading a partition until {@link #seekDue} has sought in it, which is due at once. */
    private void scheduleSeek(Consumer<String, byte[]> consumer, TopicPartition partition) {
        countedUpTo.remove(partition);
        endedEarly.remove(partition);
        seekDueAt.put(partition, nanoTime.getAsLong());
        consumer.pause(List.of(partition));
    }

    /**
     * Seeks to the offset of the ledger in each partition where that is due. A log that has lost its end, by two answers, is read
     * from its present end on, and one whose records up to there have expired from its first record on. A partition without a
     * leader is tried again later, and the others are settled meanwhile.
     */
    private void seekDue(Consumer<String, byte[]> consumer) {
        long now = nanoTime.getAsLong();
        List<TopicPartition> due = seekDueAt.entrySet().stream()
                .filter(at -> now - at.getValue() >= 0)
                // Partitions without leaders may be due again before the others have had their turn.
                .sorted(Comparator.comparingLong(at -> at.getValue() - now))
                .map(Map.Entry::getKey)
                .toList();
        if (due.isEmpty()) {
            return;
        }
        Map<Integer, Long> positions = positions();
        for (TopicPartition partition : due) {
            OptionalLong at = in(positions, partition);
            try {
                consumer.seek(partition, next(consumer, partition, at));
                consumer.resume(List.of(partition));
                countedUpTo.put(partition, at);
                seekDueAt.remove(partition);
            } catch (WakeupException e) {
                // The tail is closed.
                throw e;
            } catch (KafkaException e) {
                LOG.warn("{} is not settled: {}", partition, e.toString());
                seekDueAt.put(partition, nanoTime.getAsLong() + SEEK_RETRY_PAUSE.toNanos());
                if (nanoTime.getAsLong() - now >= OFFSETS_TIMEOUT.toNanos()) {
                    // The rest after the next poll: more such partitions may follow.
                    return;
                }
            }
        }
    }

    private long next(Consumer<String, byte[]> consumer, TopicPartition partition, OptionalLong at) {
        if (at.isEmpty()) {
            return beginning(consumer, partition);
        }
        long first =
                consumer.beginningOffsets(List.of(partition), OFFSETS_TIMEOUT).getOrDefault(partition, 0L);
        long end = end(consumer, partition);
        if (end <= at.getAsLong() && endedEarly.add(partition)) {
            throw new OffsetNotAvailableException("its log ends at " + end + ", and was read up to " + at.getAsLong());
        }
        return Math.max(first, Math.min(at.getAsLong() + 1, end));
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = settlements.positions();
        reached = nanoTime.getAsLong();
        return positions;
    }

    private static OptionalLong in(Map<Integer, Long> positions, TopicPartition partition) {
        Long at = positions.get(partition.partition());
        return at == null ? OptionalLong.empty() : OptionalLong.of(at);
    }

    /** The first turn of the previous month. */
    private long beginning(Consumer<String, byte[]> consumer, TopicPartition partition) {
        long began = BudgetPeriods.at(clock.instant()).previousMonthBegan().toEpochMilli();
        // Before the search, which a turn that is written meanwhile may miss.
        long end = end(consumer, partition);
        var first = consumer.offsetsForTimes(Map.of(partition, began), OFFSETS_TIMEOUT)
                .get(partition);
        return first == null ? end : first.offset();
    }

    private static long end(Consumer<String, byte[]> consumer, TopicPartition partition) {
        return consumer.endOffsets(List.of(partition), OFFSETS_TIMEOUT).getOrDefault(partition, 0L);
    }

    /** Reads a partition only after the ledger has returned its offset. */
    private final class Assignment implements ConsumerRebalanceListener {
        private final Consumer<String, byte[]> consumer;

        Assignment(Consumer<String, byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> scheduleSeek(consumer, partition));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            countedUpTo.keySet().removeAll(partitions);
            seekDueAt.keySet().removeAll(partitions);
        }
    }
}
