package dev.parley.replay.selection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotBlank;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static final Filter OF_A_CONVERSATION =
            new Filter(Set.of("conv_1"), Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty());
    private static final TopicPartition PARTITION = new TopicPartition("chat.turns", 1);
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void readsAllPartitionsByDefault() {
        assertThat(query("chat.turns", OF_A_CONVERSATION, Set.of(), false).partitionsOf(3))
                .containsExactly(0, 1, 2);
        assertThat(query("chat.turns", Filter.ALL, Set.of(2), false).partitionsOf(3))
                .containsExactly(2);
    }

    @Property
    void byKeyReadsThePartitionThatKafkaChooses(
            @ForAll @NotBlank String key, @ForAll @IntRange(min = 1, max = 100) int count) {
        Filter filter = new Filter(Set.of(key), Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty());

        assertThat(query("chat.turns", filter, Set.of(), true).partitionsOf(count))
                .containsExactly(BuiltInPartitioner.partitionForKey(key.getBytes(UTF_8), count));
    }

    @Test
    void rejectsConditionsOnHeadersThatTheTopicLacks() {
        Filter ofATenant = new Filter(Set.of(), Set.of(), Set.of(), Set.of("acme"), Optional.empty(), Optional.empty());

        assertThat(query("chat.deltas", OF_A_CONVERSATION, Set.of(), false).error(24))
                .contains("records of chat.deltas name no conversation: use --generation");
        assertThat(query("chat.commands", OF_A_CONVERSATION, Set.of(), false).error(3))
                .isPresent();
        assertThat(query("chat.deltas", ofATenant, Set.of(), false).error(24)).isPresent();
        assertThat(query("chat.turns.dead", OF_A_CONVERSATION, Set.of(), false).error(1))
                .isEmpty();
        assertThat(query("chat.commands", ofATenant, Set.of(), false).error(3)).isEmpty();
    }

    @Test
    void rejectsByKeyWithoutTheKey() {
        assertThat(query("chat.turns", Filter.ALL, Set.of(), true).error(12)).isPresent();
        assertThat(query("chat.requests", OF_A_CONVERSATION, Set.of(), true).error(12))
                .isPresent();
        assertThat(query("chat.turns", OF_A_CONVERSATION, Set.of(), true).error(12))
                .isEmpty();
    }

    @Test
    void rejectsPartitionsThatDoNotExist() {
        assertThat(query("chat.turns", Filter.ALL, Set.of(12), false).error(12))
                .contains("chat.turns has partitions 0 to 11");
        assertThat(query("chat.turns", Filter.ALL, Set.of(-1), false).error(12)).isPresent();
        assertThat(query("chat.turns", Filter.ALL, Set.of(11), false).error(12)).isEmpty();
    }

    @Test
    void rejectsOffsetsForMoreThanOnePartition() {
        assertThat(offsets(Set.of(), 3, 9, false).error(12)).isPresent();
        assertThat(offsets(Set.of(1, 2), 3, 9, false).error(12)).isPresent();
        assertThat(offsets(Set.of(1), 3, 9, false).error(12)).isEmpty();
        assertThat(offsets(Set.of(), 3, 9, false).error(1)).isEmpty();
    }

    @Test
    void rejectsAnEndBeforeTheStart() {
        assertThat(offsets(Set.of(1), 9, 3, false).error(12)).isPresent();
        assertThat(times(NOON, NOON.minusSeconds(1)).error(12)).contains("--since is after --until");
        assertThat(times(NOON, NOON).error(12)).isEmpty();
    }

    @Test
    void rejectsFollowWithAnEnd() {
        assertThat(offsets(Set.of(1), 3, 9, true).error(12)).isPresent();
    }

    @Property
    void readsExactlyTheRequestedOffsetsThatExist(
            @ForAll @LongRange(max = 50) long begin,
            @ForAll @LongRange(max = 50) long length,
            @ForAll @LongRange(max = 120) long since,
            @ForAll @LongRange(max = 120) long from,
            @ForAll @LongRange(max = 120) long to) {
        long end = begin + length;
        OffsetRange range =
                new PartitionOffsets(PARTITION, begin, end, since).range(offsets(Set.of(1), from, to, false));

        for (long offset = 0; offset < 125; offset++) {
            boolean wanted = offset >= begin && offset < end && offset >= since && offset >= from && offset < to;
            assertThat(range.contains(offset)).as("offset %s", offset).isEqualTo(wanted);
        }
    }

    @Test
    void followsFromTheEndWhenTheStartIsInTheFuture() {
        OffsetRange range = new PartitionOffsets(PARTITION, 0, 10, 0)
                .range(new Query(
                        "chat.turns",
                        Filter.ALL,
                        Set.of(1),
                        false,
                        Optional.of(99L),
                        Optional.empty(),
                        Long.MAX_VALUE,
                        true,
                        false));

        assertThat(range).isEqualTo(new OffsetRange(PARTITION, 10, Long.MAX_VALUE));
    }

    private static Query query(String topic, Filter filter, Set<Integer> partitions, boolean byKey) {
        return new Query(
                topic, filter, partitions, byKey, Optional.empty(), Optional.empty(), Long.MAX_VALUE, false, false);
    }

    private static Query offsets(Set<Integer> partitions, long from, long to, boolean follow) {
        return new Query(
                "chat.turns",
                Filter.ALL,
                partitions,
                false,
                Optional.of(from),
                Optional.of(to),
                Long.MAX_VALUE,
                follow,
                false);
    }

    private static Query times(Instant since, Instant until) {
        Filter filter = new Filter(Set.of(), Set.of(), Set.of(), Set.of(), Optional.of(since), Optional.of(until));
        return query("chat.turns", filter, Set.of(), false);
    }
}
