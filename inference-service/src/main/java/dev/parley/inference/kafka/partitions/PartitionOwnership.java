package dev.parley.inference.kafka.partitions;

import static java.util.Objects.requireNonNull;

import dev.parley.inference.kafka.ArrivalRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that this replica owns, and how far each is processed. Owned by the polling thread. */
public final class PartitionOwnership implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionOwnership.class);

    /** Turns per second of this replica; about two of a partition share a transaction from here on. */
    private static final int HIGH_TURN_RATE = 40;

    /** How long a rebalance waits for partitions to open: below a sixth of the session timeout (see {@link OwnershipCheck}). */
    private static final Duration OPENING_WAIT = Duration.ofMillis(500);

    private static final Duration POSITION_WAIT = Duration.ofMillis(100);

    /** Half of a session, in which the polling thread does nothing else. */
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(2);

    private final Consumer<String, byte[]> consumer;
    private final IntFunction<Producer<String, byte[]>> turnProducers;
    private final ToLongFunction<TopicPartition> ends;
    private final OwnershipCheck ownership;
    private final java.util.function.Consumer<List<OwnedPartition>> whenLost;
    private final ArrivalRate turnRate =
            new ArrivalRate(Duration.ofSeconds(1), HIGH_TURN_RATE, HIGH_TURN_RATE, System::nanoTime);
    private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
    /** The assigned ones that are not owned yet, which are paused. */
    private final Map<TopicPartition, PartitionOpening> opening = new HashMap<>();

    private final Map<TopicPartition, Long> committed = new HashMap<>();

    /**
     * Owns no partition yet. The producer of the turns of a partition fences every earlier one.
     *
     * @param ends asks for the end of a partition; called by any thread
     * @param whenLost gets the partitions that the group has given to others without asking
     */
    public PartitionOwnership(
            Consumer<String, byte[]> consumer,
            IntFunction<Producer<String, byte[]>> turnProducers,
            ToLongFunction<TopicPartition> ends,
            OwnershipCheck ownership,
            java.util.function.Consumer<List<OwnedPartition>> whenLost) {
        this.consumer = consumer;
        this.turnProducers = turnProducers;
        this.ends = ends;
        this.ownership = ownership;
        this.whenLost = whenLost;
    }

    /**
     * Opens the partitions in parallel and waits for them, but not for one that cannot be opened soon: it is paused, and owned
     * once it is open.
     */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        ownership.assigned(consumer);
        List<CompletableFuture<Long>> opened = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            TurnLog turns = new TurnLog(() -> turnProducers.apply(partition.partition()), turnRate);
            PartitionOpening started = PartitionOpening.start(partition, turns, ends, ownership);
            opening.put(partition, started);
            opened.add(started.end());
        }
        CompletableFuture.allOf(opened.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, OPENING_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        own(POSITION_WAIT);
        consumer.pause(opening.keySet());
        LOG.info("Owns {} partitions, opens {}; {} were assigned", owned.size(), opening.size(), partitions.size());
    }

    /** Owns the partitions that are open, and of which the positions are known within the timeout. */
    private void own(Duration timeout) {
        opening.entrySet().removeIf(each -> {
            PartitionOpening opened = each.getValue();
            if (!opened.end().isDone()) {
                return false;
            }
            OptionalLong position = position(each.getKey(), timeout);
            position.ifPresent(next -> owned.put(
                    each.getKey(),
                    new OwnedPartition(opened.end().join(), new OffsetWatermark(next), opened.turns(), ownership)));
            return position.isPresent();
        });
    }

    private OptionalLong position(TopicPartition partition, Duration timeout) {
        try {
            return OptionalLong.of(consumer.position(partition, timeout));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    /** Consumes all partitions that are open by now. */
    public void resume() {
        own(Duration.ZERO);
        consumer.resume(owned.keySet());
    }

    public boolean areOpening() {
        return !opening.isEmpty();
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

    /**
     * Gives all partitions back, because this replica stops. Called before the consumer is closed, which reports them as revoked or,
     * during a rebalance, as lost, and would close their turn logs.
     *
     * @return the turn logs with which the running generations are recorded, to be closed when these have ended
     */
    public List<TurnLog> leave() {
        commitFinished();
        opening.values().forEach(unopened -> unopened.turns().close());
        opening.clear();
        List<TurnLog> left = owned.values().stream().map(OwnedPartition::turns).toList();
        left.forEach(TurnLog::leave);
        owned.clear();
        return left;
    }

    private List<OwnedPartition> close(Collection<TopicPartition> partitions) {
        List<OwnedPartition> closed = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            committed.remove(partition);
            PartitionOpening unopened = opening.remove(partition);
            if (unopened != null) {
                unopened.turns().close();
            }
            OwnedPartition mine = owned.remove(partition);
            if (mine != null) {
                mine.turns().close();
                closed.add(mine);
            }
        }
        return closed;
    }

    public OwnedPartition of(TopicPartition partition) {
        return requireNonNull(owned.get(partition), "a record of a partition that is not owned");
    }

    /** The first request of each partition that has not been begun, as far as it is known. */
    public Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        owned.forEach(
                (partition, mine) -> positions.put(partition, mine.watermark().next()));
        opening.keySet()
                .forEach(partition ->
                        position(partition, Duration.ZERO).ifPresent(next -> positions.put(partition, next)));
        return Map.copyOf(positions);
    }

    /** Opens the turn logs again whose last transaction failed, each on a thread of its own, because that may take seconds. */
    public void reopenTurnLogs() {
        owned.values().stream()
                .map(OwnedPartition::turns)
                .filter(TurnLog::isBroken)
                .forEach(turns -> Thread.startVirtualThread(() -> turns.open(() -> !ownership.isUncertain())));
    }

    public void commitFinished() {
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
            consumer.commitSync(progress, COMMIT_TIMEOUT);
            progress.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        } catch (KafkaException e) {
            LOG.warn("Offsets could not be committed yet: {}", e.toString());
        }
    }
}
