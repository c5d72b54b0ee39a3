package dev.parley.inference.kafka.recovery;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Bounds the records of one kind that are being written to take generations over, or to end them, to {@link #PERMITS_MAX} and to
 * some of a partition. A partition whose last one could not be written gets one at a time, after a pause: its records would hold
 * all permits. Thread-safe.
 */
final class RecoveryPermits {
    static final int PERMITS_MAX = 16;
    private static final Duration UNWRITABLE_PAUSE = Duration.ofSeconds(3);

    private final int ofPartitionMax;
    private final Map<TopicPartition, Integer> held = new HashMap<>();

    /** When the next record may be written, by partition whose last one could not be. There are few partitions. */
    private final Map<TopicPartition, Long> unwritable = new HashMap<>();

    RecoveryPermits(int ofPartitionMax) {
        this.ofPartitionMax = ofPartitionMax;
    }

    /** Whether a partition has no permit left, because the last record could not be written. */
    synchronized boolean isUnwritable(TopicPartition partition) {
        Long next = unwritable.get(partition);
        return next != null && (held.containsKey(partition) || System.nanoTime() - next < 0);
    }

    /** Whether a permit can be acquired now. */
    synchronized boolean isAvailable(TopicPartition partition) {
        int all = held.values().stream().mapToInt(Integer::intValue).sum();
        return all < PERMITS_MAX && held.getOrDefault(partition, 0) < ofPartitionMax && !isUnwritable(partition);
    }

    /** Acquires a permit, which has to be {@linkplain #release released}; false if there is none now. */
    synchronized boolean tryAcquire(TopicPartition partition) {
        boolean acquired = isAvailable(partition);
        if (acquired) {
            held.merge(partition, 1, Integer::sum);
        }
        return acquired;
    }

    synchronized void release(TopicPartition partition) {
        held.computeIfPresent(partition, (_, count) -> count == 1 ? null : count - 1);
    }

    /** A record is on the partition, or could not be written in time. */
    synchronized void tried(TopicPartition partition, boolean written) {
        if (written) {
            unwritable.remove(partition);
        } else {
            unwritable.put(partition, System.nanoTime() + UNWRITABLE_PAUSE.toNanos());
        }
    }
}
