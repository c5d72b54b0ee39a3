package dev.parley.replay.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class QueryTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.turns", 1);

    @Test
    void readsAllPartitionsByDefault() {
        assertThat(query("--conversation", "conv_1").partitionsOf(3)).containsExactly(0, 1, 2);
        assertThat(query("--partition", "2").partitionsOf(3)).containsExactly(2);
    }

    @Test
    void rejectsConditionsOnHeadersThatTheTopicLacks() {
        rejects("records of chat.deltas name no conversation: use --generation", "chat.deltas", "--conversation", "c");
        rejects("records of chat.commands name no conversation", "chat.commands", "--conversation", "c");
        rejects("records of chat.deltas name no tenant", "chat.deltas", "--tenant", "acme");
        rejects("--without-deleted is for chat.turns", "chat.deltas", "--without-deleted");
        query("chat.turns.dead", "--conversation", "c").check();
        query("chat.commands", "--tenant", "acme").check();
    }

    /** They are dead because their types are not known here. */
    @Test
    void acceptsUnknownTypesOfDeadLetters() {
        query("chat.turns.dead", "--type", "ChatPostponed").check();
        rejects("chat.turns has no type ChatPostponed", "chat.turns", "--type", "ChatPostponed");
    }

    @Test
    void rejectsPartitionsThatDoNotExist() {
        rejectsOf(12, "chat.turns has partitions 0 to 11", "--partition", "12");
        rejectsOf(12, "chat.turns has partitions 0 to 11", "--partition", "-1");
        assertThat(query("--partition", "11").partitionsOf(12)).containsExactly(11);
    }

    @Test
    void rejectsOffsetsForMoreThanOnePartition() {
        rejectsOf(12, "exactly one --partition", "--from-offset", "3", "--to-offset", "9");
        rejectsOf(12, "exactly one --partition", "--partition", "1,2", "--from-offset", "3");
        assertThat(query("--partition", "1", "--from-offset", "3").partitionsOf(12))
                .containsExactly(1);
        assertThat(query("--from-offset", "3").partitionsOf(1)).containsExactly(0);
    }

    @Test
    void rejectsAnEndBeforeTheStart() {
        rejects("--from-offset is after --to-offset", "--partition", "1", "--from-offset", "9", "--to-offset", "3");
        rejects("--since is after --until", "--since", "2026-11-24T12:00:00Z", "--until", "2026-11-24T11:59:59Z");
        query("--since", "2026-11-24T12:00:00Z", "--until", "2026-11-24T12:00:00Z")
                .check();
    }

    @Test
    void rejectsFollowWithAnEnd() {
        rejects("--follow has no end", "--follow", "--to-offset", "9");
        rejects("--follow has no end", "--follow", "--until", "2026-11-24T12:00:00Z");
    }

    /** Deleted ones are missed only if there is a first offset. */
    @Property
    void readsExactlyTheRequestedOffsetsThatExistOrAreMissed(
            @ForAll @LongRange(max = 50) long begin,
            @ForAll @LongRange(max = 50) long length,
            @ForAll @LongRange(max = 120) long from,
            @ForAll @LongRange(max = 120) long to) {
        long end = begin + length;
        OffsetRange range = query("--from-offset", Long.toString(from), "--to-offset", Long.toString(to))
                .range(new OffsetRange(PARTITION, begin, end), begin);

        for (long offset = 0; offset < 125; offset++) {
            boolean present = offset < end && (offset >= begin || from > 0);
            boolean wanted = present && offset >= from && offset < to;
            assertThat(range.contains(offset)).as("offset %s", offset).isEqualTo(wanted);
        }
    }

    /** Those before the first of that time are not selected, whether they are deleted or not. */
    @Test
    void missesNoOffsetsThatSinceOmits() {
        Query query = query("--from-offset", "2", "--since", "2026-11-24T12:00:00Z");

        assertThat(query.range(new OffsetRange(PARTITION, 8, 10), 7)).isEqualTo(new OffsetRange(PARTITION, 8, 10));
        assertThat(query.range(new OffsetRange(PARTITION, 7, 10), 7)).isEqualTo(new OffsetRange(PARTITION, 2, 10));
    }

    @Test
    void followsFromTheEndWhenTheStartIsInTheFuture() {
        assertThat(query("--follow", "--from-offset", "99").range(new OffsetRange(PARTITION, 0, 10), 0))
                .isEqualTo(new OffsetRange(PARTITION, 10, Long.MAX_VALUE));
    }

    private static void rejects(String reason, String... arguments) {
        assertThatThrownBy(query(arguments)::check)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(reason);
    }

    private static void rejectsOf(int partitionCount, String reason, String... arguments) {
        assertThatThrownBy(() -> query(arguments).partitionsOf(partitionCount))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(reason);
    }

    private static Query query(String... arguments) {
        return CommandLine.populateCommand(new Query(), arguments);
    }
}
