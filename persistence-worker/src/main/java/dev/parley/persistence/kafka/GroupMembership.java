package dev.parley.persistence.kafka;

import java.util.Collection;
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
    private volatile boolean joined;

    @Override
    public void onPartitionsAssigned(
            String bindingName, Consumer<?, ?> consumer, Collection<TopicPartition> assigned, boolean initial) {
        joined = true;
    }

    @Override
    public Health health() {
        return (joined ? Health.up() : Health.down()).build();
    }
}
