package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final Duration SESSION = Duration.ofSeconds(6);
    private static final TopicPartition PARTITION = new TopicPartition("chat.requests", 3);

    private long now = Long.MAX_VALUE - 1_000;
    private double heartbeats;
    private final Membership membership = new Membership(SESSION, () -> now);

    @Test
    void isInDoubtUntilItHasJoined() {
        assertThat(membership.inDoubt()).isTrue();
        membership.joined(() -> heartbeats);
        assertThat(membership.inDoubt()).isFalse();
    }

    @Test
    void trustsAMemberWhoseHeartbeatsAreAnswered() {
        membership.joined(() -> heartbeats);
        for (int second = 0; second < 60; second++) {
            heartbeats += second % 2;
            pass(Duration.ofSeconds(1));
            membership.tick();
            assertThat(membership.inDoubt()).isFalse();
        }
    }

    @Test
    void doubtsAfterAFreezeEvenBeforeTheNextTick() {
        membership.joined(() -> heartbeats);
        pass(Duration.ofMillis(1_001));
        assertThat(membership.inDoubt()).isTrue();
    }

    @Test
    void doubtsAfterAFreezeUntilTheGroupHasAnswered() {
        membership.joined(() -> heartbeats);
        pass(Duration.ofSeconds(7));
        // The answer to the first heartbeat after waking up may be that we are strangers.
        heartbeats++;
        membership.tick();
        pass(Duration.ofMillis(200));
        membership.tick();
        assertThat(membership.inDoubt()).isTrue();
        membership.joined(() -> heartbeats);
        assertThat(membership.inDoubt()).isFalse();
    }

    @Test
    void doubtsWhenHeartbeatsStayWithoutAnswer() {
        membership.joined(() -> heartbeats);
        for (int tick = 0; tick < 20; tick++) {
            pass(Duration.ofMillis(200));
            membership.tick();
        }
        assertThat(membership.inDoubt()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(membership.inDoubt()).isTrue();
        membership.tick();
        heartbeats++;
        membership.tick();
        assertThat(membership.inDoubt()).isTrue();
    }

    @Test
    void trustsAMemberThatMayCommit() {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        MockConsumer<String, byte[]> member = consumer(committed, false);
        membership.ask(member);
        assertThat(membership.inDoubt()).isFalse();
        assertThat(committed).containsEntry(PARTITION, new OffsetAndMetadata(5));
        member.commitSync(Map.of(PARTITION, new OffsetAndMetadata(8)));
        membership.ask(member);
        assertThat(committed).containsEntry(PARTITION, new OffsetAndMetadata(8));
    }

    @Test
    void doubtsAStrangerToTheGroup() {
        MockConsumer<String, byte[]> stranger = consumer(new HashMap<>(), true);
        assertThatExceptionOfType(CommitFailedException.class).isThrownBy(() -> membership.ask(stranger));
        assertThat(membership.inDoubt()).isTrue();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static MockConsumer<String, byte[]> consumer(
            Map<TopicPartition, OffsetAndMetadata> committed, boolean stranger) {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
                if (stranger) {
                    throw new CommitFailedException();
                }
                super.commitSync(offsets);
                committed.putAll(offsets);
            }
        };
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 5L));
        return consumer;
    }
}
