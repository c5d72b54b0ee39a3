package dev.parley.persistence.kafka;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cloud.stream.binder.kafka.KafkaBindingRebalanceListener;

/**
 * Up once this process has become a member of the group, with or without partitions. Part of readiness, so that a rolling deploy
 * continues only when the new process is a member.
 */
public final class GroupMembership implements KafkaBindingRebalanceListener, HealthIndicator {
    private final Set<Integer> partitions = new TreeSet<>();
    private boolean joined;

    @Override
    public synchronized void onPartitionsAssigned(
            String bindingName, Consumer<?, ?> consumer, Collection<TopicPartition> assigned, boolean initial) {
        joined = true;
        assigned.forEach(partition -> partitions.add(partition.partition()));
    }

    @Override
    public synchronized void onPartitionsRevokedAfterCommit(
            String bindingName, Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
        revoked.forEach(partition -> partitions.remove(partition.partition()));
    }

    @Override
    public synchronized Health health() {
        Health.Builder health = joined ? Health.up() : Health.down();
        return health.withDetail("partitions", Set.copyOf(partitions)).build();
    }
}
