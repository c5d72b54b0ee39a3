package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.GroupProgress.Readers;
import dev.parley.eventlog.GroupProgress.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupProgressTest {
    private static final String TOPIC = Topics.TURNS.name();
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    private static final TopicPartition WITHOUT_LEADER = new TopicPartition(TOPIC, 1);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
            if (partitions.contains(WITHOUT_LEADER)) {
                throw new TimeoutException("no leader");
            }
            return super.beginningOffsets(partitions);
        }
    };
    private final Readers readers = new Readers(consumer, consumer);
    private final GroupProgress progress = new GroupProgress(
            Topics.TURNS,
            "persistence-worker",
            () -> readers,
            () -> {
                throw new AssertionError("not asked for its members");
            },
            Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void aTopicOfOnePartition() {
        consumer.updatePartitions(TOPIC, List.of(info(PARTITION)));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 3L));
        consumer.updateEndOffsets(Map.of(PARTITION, 10L));
    }

    @Test
    void readsTheAgeOfTheOldestRecordThatIsNotCommitted() {
        commit(7);
        whenPolledReturnRecordWritten(Duration.ofMinutes(7), 7);
        assertThat(progress.read(readers)).isEqualTo(new Reading(3, 420));
    }

    @Test
    void countsFromTheBeginningWithoutACommit() {
        whenPolledReturnRecordWritten(Duration.ofSeconds(2), 3);
        assertThat(progress.read(readers)).isEqualTo(new Reading(7, 2));
    }

    @Test
    void isUnknownIfARecordCannotBeReadInTime() {
        commit(7);
        consumer.setPollException(new TimeoutException("the leader does not respond"));
        assertThat(progress.read(readers)).isEqualTo(new Reading(Double.NaN, Double.NaN));
    }

    @Test
    void isZeroWhenEverythingIsCommitted() {
        commit(10);
        assertThat(progress.read(readers)).isEqualTo(new Reading(0, 0));
    }

    /** A consumer that keeps up costs no fetch for each partition and reading. */
    @Test
    void doesNotReadARecordThatIsNewerThanTheLastReading() {
        commit(10);
        progress.read(readers);
        consumer.updateEndOffsets(Map.of(PARTITION, 12L));
        assertThat(progress.read(readers)).isEqualTo(new Reading(2, 0));
        whenPolledReturnRecordWritten(Duration.ofSeconds(6), 10);
        assertThat(progress.read(readers)).isEqualTo(new Reading(2, 6));
    }

    /** One long answer keeps all requests behind it uncommitted, although they have ended. */
    @Test
    void whatIsReadAndNotCommittedIsNotUnread() {
        commit(7);
        whenPolledReturnRecordWritten(Duration.ofMinutes(7), 7);
        assertThat(progress.read(readers).lag()).isEqualTo(3);
        whenPolledReturnRecordWritten(Duration.ofMinutes(7), 7);
        progress.read(readers);
        assertThat(progress.unread(Map.of(PARTITION, 10L))).isZero();
        assertThat(progress.unread(Map.of(PARTITION, 8L))).isEqualTo(2);
    }

    /** The positions are older than the latest ends, by up to a second of traffic that has begun meanwhile. */
    @Test
    void whatWasWrittenSinceTheReadingBeforeTheLatestIsNotUnread() {
        commit(10);
        progress.read(readers);
        consumer.updateEndOffsets(Map.of(PARTITION, 20L));
        progress.read(readers);
        assertThat(progress.unread(Map.of(PARTITION, 10L))).isZero();
        whenPolledReturnRecordWritten(Duration.ofSeconds(12), 10);
        progress.read(readers);
        assertThat(progress.unread(Map.of(PARTITION, 10L))).isEqualTo(10);
    }

    @Test
    void nothingIsUnreadAtPositionsThatAreNewerThanTheReading() {
        commit(10);
        progress.read(readers);
        progress.read(readers);
        assertThat(progress.unread(Map.of(PARTITION, 12L))).isZero();
        assertThat(progress.unread(Map.of())).isZero();
    }

    @Test
    void whatIsUnreadIsUnknownBeforeTheSecondReading() {
        commit(10);
        progress.read(readers);
        assertThat(progress.unread(Map.of(PARTITION, 8L))).isNaN();
    }

    @Test
    void givesTheAgeOfTheOtherPartitionsWhileOneHasNoLeader() {
        consumer.updatePartitions(TOPIC, List.of(info(PARTITION), info(WITHOUT_LEADER)));
        commit(7);
        whenPolledReturnRecordWritten(Duration.ofMinutes(7), 7);
        assertThat(progress.read(readers)).isEqualTo(new Reading(Double.NaN, 420));
        whenPolledReturnRecordWritten(Duration.ofMinutes(7), 7);
        progress.read(readers);
        assertThat(progress.unread(Map.of(PARTITION, 8L, WITHOUT_LEADER, 2L))).isEqualTo(2);
        assertThat(progress.unread(Map.of(WITHOUT_LEADER, 2L))).isNaN();
    }

    /** A record of that partition may be the oldest. */
    @Test
    void isUnknownWhileAPartitionHasNoLeaderAndTheOthersAreProcessed() {
        consumer.updatePartitions(TOPIC, List.of(info(PARTITION), info(WITHOUT_LEADER)));
        commit(10);
        assertThat(progress.read(readers)).isEqualTo(new Reading(Double.NaN, Double.NaN));
    }

    private static PartitionInfo info(TopicPartition partition) {
        return new PartitionInfo(TOPIC, partition.partition(), Node.noNode(), null, null);
    }

    private void commit(long offset) {
        consumer.assign(List.of(PARTITION));
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(offset)));
    }

    private void whenPolledReturnRecordWritten(Duration ago, long offset) {
        consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>(
                TOPIC,
                0,
                offset,
                NOW.minus(ago).toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                new byte[0],
                new RecordHeaders(),
                Optional.empty())));
    }
}
