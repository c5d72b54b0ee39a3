package dev.parley.inference.kafka.partitions;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opening of a partition that the group has assigned to this replica: of its turn log, and then of its requests. Repeated
 * until it succeeds or the log is closed, on a thread of its own, so that a partition that cannot be written or read delays no other.
 *
 * @param end of the partition after the fencing, from which on the earlier owner records nothing; completed when it is open
 */
record PartitionOpening(TurnLog turns, CompletableFuture<Long> end) {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionOpening.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    /**
     * Starts to open a partition.
     *
     * @param ends asks for the end of a partition
     */
    static PartitionOpening start(
            TopicPartition partition, TurnLog turns, ToLongFunction<TopicPartition> ends, OwnershipCheck ownership) {
        PartitionOpening started = new PartitionOpening(turns, new CompletableFuture<>());
        Thread.startVirtualThread(() -> started.open(partition, ends, ownership));
        return started;
    }

    private void open(TopicPartition partition, ToLongFunction<TopicPartition> ends, OwnershipCheck ownership) {
        while (turns.isOpen() && !end.isDone()) {
            try {
                turns.open(() -> !ownership.isUncertain());
                if (!turns.isBroken()) {
                    end.complete(ends.applyAsLong(partition));
                }
            } catch (RuntimeException | Error e) {
                LOG.warn("{} cannot be opened yet: {}", partition, e.toString());
            }
            if (!end.isDone()) {
                LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            }
        }
    }
}
