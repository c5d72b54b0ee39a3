package dev.parley.inference.kafka.recovery;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the partitions of the recovery candidates are read, and since when no further. Owned by one thread. */
final class PartitionProgress {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionProgress.class);
    private static final long NOTHING_READ = -1;

    /** Three times the timeout after which a broker aborts a transaction, so that its partition can be read on. */
    private static final Duration UNREAD_MAX = Duration.ofSeconds(30);

    private record ReadUpTo(long position, Instant since) {}

    private final Map<TopicPartition, ReadUpTo> reached = new HashMap<>();
    private Instant nextWarning = Instant.MIN;

    /**
     * Replaces the positions.
     *
     * @param partitions of the candidates; others are forgotten
     * @param positions without those of partitions of which they are unknown
     */
    void update(Set<TopicPartition> partitions, Map<TopicPartition, Long> positions, Instant now) {
        reached.keySet().retainAll(partitions);
        partitions.forEach(partition -> reached.merge(
                partition,
                new ReadUpTo(positions.getOrDefault(partition, NOTHING_READ), now),
                (before, next) -> before.position() == next.position() ? before : next));
    }

    /** The partition is read to the end of its log: it does not stand still. */
    void readToEnd(TopicPartition partition, Instant now) {
        reached.put(partition, new ReadUpTo(position(partition), now));
    }

    /** The offset up to which a partition is read; below all offsets if it is unknown. */
    long position(TopicPartition partition) {
        return of(partition).position();
    }

    boolean isUnknown(TopicPartition partition) {
        return position(partition) == NOTHING_READ;
    }

    /** Whether the deltas of a candidate could not be read up to its horizon for 30 s. */
    boolean isUnread(RecoveryCandidate candidate, Instant now) {
        return candidate.isUnread(position(candidate.deltas()), now.minus(UNREAD_MAX));
    }

    /** Whether a candidate cannot be decided because its partition could not be read on for 30 s. */
    boolean isStalledFor(RecoveryCandidate candidate, Instant now) {
        return of(candidate.deltas()).since().isBefore(now.minus(UNREAD_MAX))
                && (candidate.horizon().isEmpty() || isUnread(candidate, now));
    }

    /** Logs which partitions have unread candidates: committed records end at a transaction that hangs. At most each 30 s. */
    void warnOfUnread(Collection<RecoveryCandidate> candidates, Instant now) {
        if (now.isBefore(nextWarning)) {
            return;
        }
        Map<TopicPartition, List<RecoveryCandidate>> unread = candidates.stream()
                .filter(candidate -> isUnread(candidate, now))
                .collect(Collectors.groupingBy(RecoveryCandidate::deltas));
        unread.forEach((partition, waiting) -> {
            LOG.warn(
                    "{} cannot be read beyond {}: {} generations wait, such as {}",
                    partition,
                    position(partition),
                    waiting.size(),
                    waiting.getFirst().request().generation());
            nextWarning = now.plus(UNREAD_MAX);
        });
    }

    private ReadUpTo of(TopicPartition partition) {
        return requireNonNull(reached.get(partition));
    }
}
