package dev.parley.inference.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.inference.generation.OffsetWatermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that this replica owns, and how far each is processed. Owned by the polling thread. */
final class PartitionOwnership implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionOwnership.class);

    /** Turns per second of this replica; about two of a partition share a transaction from here on. */
    private static final int HIGH_TURN_RATE = 40;

    private final Consumer<String, byte[]> consumer;
    private final IntFunction<Producer<String, byte[]>> turnProducers;
    private final OwnershipCheck ownership;
    private final java.util.function.Consumer<List<OwnedPartition>> whenLost;
    private final ArrivalRate turnRate = new ArrivalRate(Duration.ofSeconds(1), HIGH_TURN_RATE, System::nanoTime);
    private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    /**
     * Owns no partition yet. The producer of the turns of a partition fences every earlier one.
     *
     * @param whenLost gets the partitions that the group has given to others without asking
     */
    PartitionOwnership(
            Consumer<String, byte[]> consumer,
            IntFunction<Producer<String, byte[]>> turnProducers,
            OwnershipCheck ownership,
            java.util.function.Consumer<List<OwnedPartition>> whenLost) {
        this.consumer = consumer;
        this.turnProducers = turnProducers;
        this.ownership = ownership;
        this.whenLost = whenLost;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Future<TurnLog>> opening = new HashMap<>();
        // In parallel, because each waits for the broker and the rebalance waits for all.
        try (ExecutorService openers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (TopicPartition partition : partitions) {
                opening.put(
                        partition,
                        openers.submit(() -> new TurnLog(() -> turnProducers.apply(partition.partition()), turnRate)));
            }
        }
        try {
            // The end is read after the fencing, from which on the earlier owner records nothing.
            own(opening, consumer.endOffsets(partitions));
        } catch (KafkaException e) {
            opening.values().stream()
                    .filter(turns -> turns.state() == Future.State.SUCCESS)
                    .forEach(turns -> turns.resultNow().close());
            throw e;
        }
        if (!owned.keySet().containsAll(partitions)) {
            throw new KafkaException("a turn log could not be opened");
        }
        ownership.assigned(consumer);
        LOG.info("Owns {} partitions, {} of them new", owned.size(), partitions.size());
    }

    private void own(Map<TopicPartition, Future<TurnLog>> opened, Map<TopicPartition, Long> ends) {
        opened.forEach((partition, turns) -> {
            if (turns.state() == Future.State.SUCCESS) {
                owned.put(
                        partition,
                        new OwnedPartition(
                                requireNonNull(ends.get(partition)),
                                new OffsetWatermark(consumer.position(partition)),
                                turns.resultNow(),
                                ownership));
            }
        });
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commitFinished();
        close(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        whenLost.accept(close(partitions));
    }

    private List<OwnedPartition> close(Collection<TopicPartition> partitions) {
        List<OwnedPartition> closed = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            committed.remove(partition);
            OwnedPartition mine = owned.remove(partition);
            if (mine != null) {
                mine.turns().close();
                closed.add(mine);
            }
        }
        return closed;
    }

    OwnedPartition of(TopicPartition partition) {
        return requireNonNull(owned.get(partition), "a record of a partition that is not owned");
    }

    /** The first request of each partition that has not been begun. */
    Map<TopicPartition, Long> positions() {
        return owned.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, mine -> mine.getValue().watermark().next()));
    }

    /** Repairs the turn logs whose last transaction failed. */
    void repairTurnLogs() {
        owned.values().forEach(mine -> mine.turns().repair());
    }

    /** Commits what was finished since the last commit. */
    void commitFinished() {
        Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
        owned.forEach((partition, mine) -> {
            long done = mine.watermark().committable();
            if (!Long.valueOf(done).equals(committed.get(partition))) {
                progress.put(partition, new OffsetAndMetadata(done));
            }
        });
        if (progress.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(progress);
            progress.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        } catch (KafkaException e) {
            LOG.warn("Offsets could not be committed yet: {}", e.toString());
        }
    }
}
