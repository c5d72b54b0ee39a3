package dev.parley.replay.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.replay.kafka.TopicReader.Next;
import dev.parley.replay.selection.OffsetRange;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.turns", 3);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<Long> taken = new ArrayList<>();
    private long read;
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    /** Advances by a second with every call. */
    private final Clock clock = ((InstantSource) () -> now = now.plusSeconds(1)).withZone(ZoneOffset.UTC);

    private final TopicReader reader = new TopicReader(consumer, consumer, "127.0.0.1:1", clock);

    @Test
    void stopsAtTheEndOfTheRangeWhenMoreRecordsFollow() throws IOException {
        consumer.schedulePollTask(() -> records(7));

        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 1, 4)), all()))
                .isTrue();
        assertThat(taken).containsExactly(1L, 2L, 3L);
        assertThat(read).isEqualTo(3);
    }

    @Test
    void readsAPartitionThatIsAddedMeanwhile() throws IOException {
        TopicPartition first = new TopicPartition("chat.turns", 0);
        TopicPartition added = new TopicPartition("chat.turns", 1);
        partitions(1);
        consumer.schedulePollTask(() -> {
            partitions(2);
            consumer.updateBeginningOffsets(Map.of(added, 4L));
        });
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>("chat.turns", 1, 4, new byte[0], new byte[0])));

        assertThat(reader.readWithAdded(
                        "chat.turns", List.of(new OffsetRange(first, 0, Long.MAX_VALUE)), handler(1, Next.STOP)))
                .isTrue();
        assertThat(taken).containsExactly(4L);
    }

    @Test
    void followsOnAfterATimeWithoutABroker() throws IOException {
        MockConsumer<byte[], byte[]> unreachable = new MockConsumer<>("earliest") {
            @Override
            public synchronized List<PartitionInfo> partitionsFor(String topic) {
                throw new TimeoutException("no broker");
            }
        };
        TopicPartition only = new TopicPartition("chat.turns", 0);
        unreachable.updateBeginningOffsets(Map.of(only, 0L));
        unreachable.schedulePollTask(() -> {});
        unreachable.schedulePollTask(
                () -> unreachable.addRecord(new ConsumerRecord<>("chat.turns", 0, 0, new byte[0], new byte[0])));

        assertThat(new TopicReader(unreachable, unreachable, "127.0.0.1:1", clock)
                        .readWithAdded(
                                "chat.turns", List.of(new OffsetRange(only, 0, Long.MAX_VALUE)), handler(1, Next.STOP)))
                .isTrue();
        assertThat(taken).containsExactly(0L);
    }

    private void partitions(int count) {
        Node broker = new Node(0, "localhost", 9);
        consumer.updatePartitions(
                "chat.turns",
                IntStream.range(0, count)
                        .mapToObj(partition ->
                                new PartitionInfo("chat.turns", partition, broker, new Node[0], new Node[0]))
                        .toList());
    }

    @Test
    void stopsWhenTheHandlerStops() throws IOException {
        consumer.schedulePollTask(() -> records(7));

        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, 7)), handler(2, Next.STOP)))
                .isTrue();
        assertThat(taken).containsExactly(0L, 1L);
    }

    @Test
    void skipsTheRestOfAPartition() throws IOException {
        consumer.schedulePollTask(() -> records(7));

        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, 7)), handler(2, Next.SKIP_PARTITION)))
                .isTrue();
        assertThat(taken).containsExactly(0L, 1L);
        assertThat(consumer.paused()).containsExactly(PARTITION);
    }

    @Test
    void assignsNoPartitionWhenThereIsNothingToRead() throws IOException {
        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 4, 4)), all()))
                .isTrue();
        assertThat(consumer.assignment()).isEmpty();
    }

    @Test
    void failsWhenTheBrokerStopsAnswering() {
        consumer.schedulePollTask(() -> records(2));
        consumer.updateEndOffsets(Map.of(PARTITION, 7L));
        Instant begun = now;

        assertThatThrownBy(() -> reader.read(List.of(new OffsetRange(PARTITION, 0, 7)), all()))
                .isInstanceOf(TopicReader.UnreachableException.class)
                .hasMessageContaining("stopped answering");
        assertThat(now).isBetween(begun.plusSeconds(30), begun.plusSeconds(120));
        assertThat(taken).containsExactly(0L, 1L);
    }

    /** As a full pipe to a slow program does. */
    @Test
    void theTimeOfTheHandlerIsNotWaitingForTheBroker() throws IOException {
        consumer.schedulePollTask(() -> records(0, 2));
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> records(2, 7));
        TopicReader.RecordHandler slow = new TopicReader.RecordHandler() {
            private boolean blocked;

            @Override
            public Next handle(ConsumerRecord<byte[], byte[]> record) {
                taken.add(record.offset());
                return Next.CONTINUE;
            }

            @Override
            public void onCaughtUp() {
                now = blocked ? now : now.plusSeconds(60);
                blocked = true;
            }
        };

        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, 7)), slow)).isTrue();
        assertThat(taken).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aSuspendedProcessDoesNotWaitForTheBroker() throws IOException {
        consumer.schedulePollTask(() -> records(0, 2));
        consumer.schedulePollTask(() -> now = now.plusSeconds(3600));
        consumer.schedulePollTask(() -> records(2, 7));

        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, 7)), all()))
                .isTrue();
        assertThat(taken).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void waitsForMoreRecordsOfAnEndlessRangeUntilStopped() throws IOException {
        consumer.schedulePollTask(() -> records(2));
        consumer.schedulePollTask(() -> now = now.plusSeconds(3600));
        consumer.schedulePollTask(reader::stop);

        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, Long.MAX_VALUE)), all()))
                .isFalse();
        assertThat(taken).containsExactly(0L, 1L);
    }

    @Test
    void readsASkippedPartitionAgain() throws IOException {
        consumer.schedulePollTask(() -> records(7));
        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, 7)), handler(2, Next.SKIP_PARTITION)))
                .isTrue();

        consumer.schedulePollTask(() -> records(3));
        assertThat(reader.read(List.of(new OffsetRange(PARTITION, 0, 3)), all()))
                .isTrue();
        assertThat(taken).containsExactly(0L, 1L, 0L, 1L, 2L);
    }

    private TopicReader.RecordHandler all() {
        return handler(Long.MAX_VALUE, Next.STOP);
    }

    private void records(int count) {
        records(0, count);
    }

    private void records(int from, int to) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        for (int offset = from; offset < to; offset++) {
            consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 3, offset, new byte[0], new byte[0]));
        }
    }

    private TopicReader.RecordHandler handler(long max, Next end) {
        return new TopicReader.RecordHandler() {
            @Override
            public Next handle(ConsumerRecord<byte[], byte[]> record) {
                taken.add(record.offset());
                return taken.size() < max ? Next.CONTINUE : end;
            }

            @Override
            public void onProgress(long offsetsRead) {
                read = offsetsRead;
            }
        };
    }
}
