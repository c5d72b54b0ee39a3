package dev.parley.inference.kafka.partitions;

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
import org.threeten.extra.MutableClock;

class OwnershipCheckTest {
    private static final Duration SESSION = Duration.ofSeconds(6);
    private static final TopicPartition PARTITION = new TopicPartition("chat.requests", 3);

    private long now = Long.MAX_VALUE - 1_000;
    private double heartbeats;
    private final MutableClock wall = MutableClock.epochUTC();
    private final OwnershipCheck ownership = new OwnershipCheck(SESSION, () -> now, wall);

    @Test
    void isUncertainBeforeItHasJoined() {
        assertThat(ownership.isUncertain()).isTrue();
        ownership.assigned(() -> heartbeats);
        assertThat(ownership.isUncertain()).isFalse();
    }

    @Test
    void confirmsAMemberWithAnsweredHeartbeats() {
        ownership.assigned(() -> heartbeats);
        for (int second = 0; second < 60; second++) {
            heartbeats += second % 2;
            pass(Duration.ofSeconds(1));
            ownership.tick();
            assertThat(ownership.isUncertain()).isFalse();
        }
    }

    @Test
    void isUncertainAfterAFreezeBeforeTheNextTick() {
        ownership.assigned(() -> heartbeats);
        pass(Duration.ofMillis(1_001));
        assertThat(ownership.isUncertain()).isTrue();
    }

    /** The other clock stands still meanwhile. */
    @Test
    void isUncertainAfterTheMachineWasSuspended() {
        ownership.assigned(() -> heartbeats);
        wall.add(Duration.ofSeconds(10));
        assertThat(ownership.isUncertain()).isTrue();
        ownership.tick();
        assertThat(ownership.isUncertain()).isTrue();
    }

    @Test
    void isCertainAfterTheWallClockWasSetBack() {
        ownership.assigned(() -> heartbeats);
        wall.add(Duration.ofHours(-1));
        ownership.tick();
        assertThat(ownership.isUncertain()).isFalse();
        pass(Duration.ofMillis(1_001));
        assertThat(ownership.isUncertain()).isTrue();
    }

    @Test
    void isUncertainAfterAFreezeUntilTheCoordinatorResponds() {
        ownership.assigned(() -> heartbeats);
        pass(Duration.ofSeconds(7));
        // The response to the first heartbeat after the freeze may be that the member is unknown.
        heartbeats++;
        ownership.tick();
        pass(Duration.ofMillis(200));
        ownership.tick();
        assertThat(ownership.isUncertain()).isTrue();
        ownership.assigned(() -> heartbeats);
        assertThat(ownership.isUncertain()).isFalse();
    }

    @Test
    void isUncertainWithoutHeartbeatResponses() {
        ownership.assigned(() -> heartbeats);
        for (int tick = 0; tick < 20; tick++) {
            pass(Duration.ofMillis(200));
            ownership.tick();
        }
        assertThat(ownership.isUncertain()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(ownership.isUncertain()).isTrue();
        ownership.tick();
        heartbeats++;
        ownership.tick();
        assertThat(ownership.isUncertain()).isTrue();
    }

    @Test
    void confirmsAMemberThatCanCommit() {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        MockConsumer<String, byte[]> member = consumer(committed, false);
        ownership.confirm(member);
        assertThat(ownership.isUncertain()).isFalse();
        assertThat(committed).containsEntry(PARTITION, new OffsetAndMetadata(5));
        member.commitSync(Map.of(PARTITION, new OffsetAndMetadata(8)));
        ownership.confirm(member);
        assertThat(committed).containsEntry(PARTITION, new OffsetAndMetadata(8));
    }

    @Test
    void isUncertainForAnExpelledMember() {
        MockConsumer<String, byte[]> stranger = consumer(new HashMap<>(), true);
        assertThatExceptionOfType(CommitFailedException.class).isThrownBy(() -> ownership.confirm(stranger));
        assertThat(ownership.isUncertain()).isTrue();
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
