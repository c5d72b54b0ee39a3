package dev.parley.inference.kafka.partitions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.inference.kafka.GroupMember;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionOwnershipTest {
    private static final TopicPartition ONE = new TopicPartition("chat.requests", 1);
    private static final TopicPartition TWO = new TopicPartition("chat.requests", 2);

    private final GroupMember consumer = new GroupMember();
    private final Map<Integer, MockProducer<String, byte[]>> opened = new ConcurrentHashMap<>();
    private final Set<Integer> broken = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    private final Set<TopicPartition> withoutLeader = ConcurrentHashMap.newKeySet();
    private Runnable onOpening = () -> {};
    private final List<OwnedPartition> lost = new ArrayList<>();
    private final PartitionOwnership partitions = ownership(consumer);

    /** A request, and the number of the assignment of its partition. */
    private record Taken(OwnedPartition from, TopicPartition partition, long offset) {}

    /**
     * Requests end in any order and on any thread, while partitions are revoked and assigned. Requests below a committed
     * offset have ended; the others are redelivered.
     */
    @Property(tries = 300)
    void neverCommitsPastAnUnfinishedRequest(
            @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 999) Integer> steps) {
        // jqwik shares the fields between all tries.
        GroupMember consumer = new GroupMember();
        PartitionOwnership partitions = ownership(consumer);
        Map<TopicPartition, Long> next = new HashMap<>();
        List<Taken> inHand = new ArrayList<>();
        Set<String> ended = new HashSet<>();
        for (int step : steps) {
            TopicPartition partition = step % 2 == 0 ? ONE : TWO;
            boolean owned = next.containsKey(partition);
            switch (step % 10) {
                case 0, 1, 2, 3 -> {
                    if (owned) {
                        long offset = next.merge(partition, 1L, Long::sum) - 1;
                        OwnedPartition from = partitions.of(partition);
                        from.watermark().begin(offset);
                        inHand.add(new Taken(from, partition, offset));
                    }
                }
                case 4, 5, 6 -> {
                    if (!inHand.isEmpty()) {
                        Taken taken = inHand.remove(step % inHand.size());
                        taken.from().watermark().finish(taken.offset());
                        ended.add(taken.partition() + "@" + taken.offset());
                    }
                }
                case 7 -> partitions.commitFinished();
                default -> {
                    if (owned && step % 3 == 0) {
                        partitions.onPartitionsLost(List.of(partition));
                        next.remove(partition);
                    } else if (owned) {
                        partitions.onPartitionsRevoked(List.of(partition));
                        next.remove(partition);
                    } else {
                        partitions.onPartitionsAssigned(List.of(partition));
                        next.put(partition, consumer.position(partition));
                    }
                }
            }
            consumer.done.forEach((each, committed) -> {
                for (long offset = 0; offset < committed; offset++) {
                    assertThat(ended).contains(each + "@" + offset);
                }
            });
        }
        partitions.commitFinished();
        next.forEach((partition, end) -> {
            long oldest = inHand.stream()
                    .filter(taken -> taken.from().equals(partitions.of(partition)))
                    .mapToLong(Taken::offset)
                    .min()
                    .orElse(end);
            assertThat(consumer.done.getOrDefault(partition, 0L)).isEqualTo(oldest);
        });
    }

    /** After the fence, the previous owner records nothing, so all later records belong to this owner. */
    @Test
    void readsTheEndOffsetAfterFencingThePreviousOwner() {
        ends.put(ONE, 10L);
        onOpening = () -> ends.put(ONE, 12L);
        partitions.onPartitionsAssigned(List.of(ONE));
        assertThat(partitions.of(ONE).firstNewOffset()).isEqualTo(12);
    }

    @Test
    void commitsEndedRequestsBeforeARevocation() {
        partitions.onPartitionsAssigned(List.of(ONE, TWO));
        OwnedPartition one = partitions.of(ONE);
        one.watermark().begin(0);
        one.watermark().finish(0);
        partitions.onPartitionsRevoked(List.of(ONE));
        assertThat(consumer.done).containsEntry(ONE, 1L);
        assertThat(one.turns().isOpen()).isFalse();
        assertThat(partitions.of(TWO).turns().isOpen()).isTrue();
        assertThat(lost).isEmpty();
    }

    /** What runs there is recorded until it has ended. If another replica joins or leaves meanwhile, the group takes them. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recordsTurnsAfterLeavingTheGroup(boolean areLost) throws Exception {
        withoutLeader.add(TWO);
        partitions.onPartitionsAssigned(List.of(ONE, TWO));
        OwnedPartition one = partitions.of(ONE);
        one.watermark().begin(0);
        one.watermark().finish(0);
        assertThat(partitions.leave()).containsExactly(one.turns());
        if (areLost) {
            partitions.onPartitionsLost(List.of(ONE, TWO));
        } else {
            partitions.onPartitionsRevoked(List.of(ONE, TWO));
        }
        assertThat(consumer.done).containsEntry(ONE, 1L);
        assertThat(one.turns().isOpen()).isFalse();
        await().until(() -> requireNonNull(opened.get(TWO.partition())).closed());
        assertThat(one.turns().record(TurnLogTest.finished(), 0, 0)).isTrue();
    }

    @Test
    void commitsNothingOfALostPartition() {
        partitions.onPartitionsAssigned(List.of(ONE));
        OwnedPartition one = partitions.of(ONE);
        one.watermark().begin(0);
        one.watermark().finish(0);
        partitions.onPartitionsLost(List.of(ONE));
        partitions.commitFinished();
        assertThat(consumer.done).doesNotContainKey(ONE);
        assertThat(one.turns().isOpen()).isFalse();
        assertThat(lost).containsExactly(one);
    }

    @Test
    void commitsProgressOnlyAndAgainAfterAFailure() {
        partitions.onPartitionsAssigned(List.of(ONE));
        partitions.of(ONE).watermark().begin(0);
        partitions.of(ONE).watermark().finish(0);
        consumer.expelled = true;
        partitions.commitFinished();
        assertThat(consumer.done).isEmpty();
        consumer.expelled = false;
        partitions.commitFinished();
        partitions.commitFinished();
        assertThat(consumer.done).containsEntry(ONE, 1L);
        assertThat(consumer.commits).isEqualTo(1);
    }

    @Test
    void ownsTheOthersWhileATurnLogCannotBeOpened() {
        broken.add(TWO.partition());
        partitions.onPartitionsAssigned(List.of(ONE, TWO));
        assertThat(partitions.of(ONE).turns().isBroken()).isFalse();
        assertThat(consumer.paused()).containsExactly(TWO);
        broken.clear();
        awaitOwned(TWO);
    }

    @Test
    void ownsTheOthersWhileAPartitionHasNoLeader() {
        withoutLeader.add(TWO);
        partitions.onPartitionsAssigned(List.of(ONE, TWO));
        assertThat(partitions.of(ONE).firstNewOffset()).isZero();
        assertThat(consumer.paused()).containsExactly(TWO);
        ends.put(TWO, 7L);
        withoutLeader.clear();
        awaitOwned(TWO);
        assertThat(partitions.of(TWO).firstNewOffset()).isEqualTo(7);
    }

    /** A gauge for alerts counts what waits there. */
    @Test
    void hasThePositionsOfPartitionsThatCannotBeOpened() {
        broken.add(TWO.partition());
        consumer.done.put(TWO, 5L);
        partitions.onPartitionsAssigned(List.of(ONE, TWO));
        assertThat(partitions.positions()).containsOnly(Map.entry(ONE, 0L), Map.entry(TWO, 5L));
    }

    /** Else it would fence the next owner. */
    @Test
    void opensARevokedPartitionNoMore() {
        withoutLeader.add(TWO);
        partitions.onPartitionsAssigned(List.of(ONE, TWO));
        partitions.onPartitionsRevoked(List.of(TWO));
        await().until(() -> requireNonNull(opened.get(TWO.partition())).closed());
        assertThat(partitions.positions()).containsOnlyKeys(ONE);
        withoutLeader.clear();
        partitions.resume();
        assertThat(partitions.positions()).containsOnlyKeys(ONE);
    }

    private void awaitOwned(TopicPartition partition) {
        await().until(() -> {
            partitions.resume();
            return consumer.paused().isEmpty();
        });
        assertThat(partitions.of(partition).turns().isBroken()).isFalse();
    }

    private PartitionOwnership ownership(GroupMember member) {
        return new PartitionOwnership(
                member,
                this::producer,
                this::end,
                new OwnershipCheck(Duration.ofMinutes(1), System::nanoTime, Clock.systemUTC()),
                lost::addAll);
    }

    private long end(TopicPartition partition) {
        if (withoutLeader.contains(partition)) {
            throw new TimeoutException("the partition has no leader");
        }
        return ends.getOrDefault(partition, 0L);
    }

    private Producer<String, byte[]> producer(int partition) {
        onOpening.run();
        MockProducer<String, byte[]> producer = OwnedPartitions.producer();
        if (broken.contains(partition)) {
            producer.initTransactionException = new KafkaException("the broker is away");
        }
        opened.put(partition, producer);
        return producer;
    }
}
