package dev.parley.persistence.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class GroupMembershipTest {
    private final GroupMembership membership = new GroupMembership();
    private final Consumer<?, ?> consumer = new MockConsumer<>("earliest");

    @Test
    void isUpAfterTheFirstAssignmentEvenIfItIsEmpty() {
        assertThat(membership.health().getStatus()).isEqualTo(Status.DOWN);
        membership.onPartitionsAssigned("turns-in-0", consumer, List.of(), true);
        assertThat(membership.health().getStatus()).isEqualTo(Status.UP);
    }
}
