package dev.parley.inference.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Bounds the claims in progress, each of which has a consumer of its own, to {@link #CLAIMS_MAX} and to some of a partition. A
 * partition whose last claim could not be written gets one claim at a time, after a pause: its claims would hold all permits.
 * Thread-safe.
 */
final class ClaimPermits {
    static final int CLAIMS_MAX = 16;
    private static final Duration UNWRITABLE_PAUSE = Duration.ofSeconds(3);

    private final int ofPartitionMax;
    private final Map<TopicPartition, Integer> claims = new HashMap<>();

    /** When the next claim may begin, by partition whose last claim could not be written. There are few partitions. */
    private final Map<TopicPartition, Long> unwritable = new HashMap<>();

    ClaimPermits(int ofPartitionMax) {
        this.ofPartitionMax = ofPartitionMax;
    }

    /** Whether no claim may begin on a partition, because the last one could not be written. */
    synchronized boolean isUnwritable(TopicPartition partition) {
        Long next = unwritable.get(partition);
        return next != null && (claims.containsKey(partition) || System.nanoTime() - next < 0);
    }

    /** Whether a claim may begin now. */
    synchronized boolean isAvailable(TopicPartition partition) {
        int all = claims.values().stream().mapToInt(Integer::intValue).sum();
        return all < CLAIMS_MAX && claims.getOrDefault(partition, 0) < ofPartitionMax && !isUnwritable(partition);
    }

    /** Begins a claim, which has to be {@linkplain #release released}; false if none may begin now. */
    synchronized boolean tryAcquire(TopicPartition partition) {
        boolean acquired = isAvailable(partition);
        if (acquired) {
            claims.merge(partition, 1, Integer::sum);
        }
        return acquired;
    }

    synchronized void release(TopicPartition partition) {
        claims.computeIfPresent(partition, (_, count) -> count == 1 ? null : count - 1);
    }

    /** A claim is on the partition, or could not be written in time. */
    synchronized void tried(TopicPartition partition, boolean written) {
        if (written) {
            unwritable.remove(partition);
        } else {
            unwritable.put(partition, System.nanoTime() + UNWRITABLE_PAUSE.toNanos());
        }
    }
}
