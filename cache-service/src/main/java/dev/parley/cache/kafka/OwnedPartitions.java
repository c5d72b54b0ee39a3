package dev.parley.cache.kafka;

import dev.parley.membership.Membership;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.binder.kafka.KafkaBindingRebalanceListener;

/**
 * The partitions of requests that this replica owns, and from which offset on their requests are surely ours: what was
 * on the log when we got the partition may have been begun by its last owner, what came later cannot have been.
 */
public final class OwnedPartitions implements KafkaBindingRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedPartitions.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    private final String requestsBinding;
    private final Membership membership;
    private final Unfinished unfinished;
    private final TurnRecorders recorders;
    private final Duration drainTimeout;
    private final Map<TopicPartition, Long> freshFrom = new ConcurrentHashMap<>();
    private final Set<String> joined = ConcurrentHashMap.newKeySet();

    public OwnedPartitions(
            String requestsBinding,
            Membership membership,
            Unfinished unfinished,
            TurnRecorders recorders,
            Duration drainTimeout) {
        this.requestsBinding = requestsBinding;
        this.membership = membership;
        this.unfinished = unfinished;
        this.recorders = recorders;
        this.drainTimeout = drainTimeout;
    }

    /** Whether somebody else may have begun to serve the request at this offset. */
    boolean mayHaveBeenBegun(TopicPartition partition, long offset) {
        return offset < freshFrom.getOrDefault(partition, Long.MAX_VALUE);
    }

    /** The bindings that have been given their partitions, be it none. */
    public Set<String> joined() {
        return Set.copyOf(joined);
    }

    @Override
    public void onPartitionsAssigned(
            String binding, Consumer<?, ?> consumer, Collection<TopicPartition> partitions, boolean initial) {
        if (binding.equals(requestsBinding)) {
            // First the fence, then the end: from the fence on, the last owner can record nothing any more.
            recorders.open(numbers(partitions), CALL_TIMEOUT);
            learnEnds(consumer, partitions);
            membership.joined(consumer);
        }
        joined.add(binding);
        LOG.info("{} has got {} partitions", binding, partitions.size());
    }

    private void learnEnds(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        try {
            freshFrom.putAll(consumer.endOffsets(partitions, CALL_TIMEOUT));
        } catch (KafkaException e) {
            LOG.warn("The ends of {} are unknown, their requests pass the cache by: {}", partitions, e.toString());
        }
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(
            String binding, Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (!binding.equals(requestsBinding)) {
            return;
        }
        try {
            if (!unfinished.awaitFinished(partitions, drainTimeout)) {
                LOG.warn("Requests of {} were not finished in time, their next owner will see to them", partitions);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        unfinished.acknowledge();
        unfinished.forget(partitions);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(
            String binding, Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (binding.equals(requestsBinding)) {
            partitions.forEach(freshFrom::remove);
            recorders.close(numbers(partitions));
        }
    }

    private static Collection<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).toList();
    }
}
