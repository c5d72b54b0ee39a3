package dev.parley.replay.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.replay.kafka.TopicReader.Next;
import dev.parley.replay.selection.Slice;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.turns", 3);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<Long> taken = new ArrayList<>();
    private long read;
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    /** A second passes with every look. */
    private final Clock clock = ((InstantSource) () -> now = now.plusSeconds(1)).withZone(ZoneOffset.UTC);

    private final TopicReader reader = new TopicReader(consumer, "chat.turns", clock);

    @Test
    void stopsAtTheEndThatWasNotedThoughMoreHasCome() throws IOException {
        consumer.schedulePollTask(() -> records(7));

        assertThat(reader.read(List.of(new Slice(3, 1, 4)), all())).isTrue();
        assertThat(taken).containsExactly(1L, 2L, 3L);
        assertThat(read).isEqualTo(3);
    }

    @Test
    void stopsWhenEnoughHasBeenTaken() throws IOException {
        consumer.schedulePollTask(() -> records(7));

        assertThat(reader.read(List.of(new Slice(3, 0, 7)), sink(2, Next.NOTHING)))
                .isTrue();
        assertThat(taken).containsExactly(0L, 1L);
    }

    @Test
    void leavesAPartitionThatHasNoMoreOfWhatIsWanted() throws IOException {
        consumer.schedulePollTask(() -> records(7));

        assertThat(reader.read(List.of(new Slice(3, 0, 7)), sink(2, Next.PARTITION)))
                .isTrue();
        assertThat(taken).containsExactly(0L, 1L);
        assertThat(consumer.paused()).containsExactly(PARTITION);
    }

    @Test
    void asksNothingOfTheBrokerWhenThereIsNothingToRead() throws IOException {
        assertThat(reader.read(List.of(new Slice(3, 4, 4)), all())).isTrue();
        assertThat(consumer.assignment()).isEmpty();
    }

    @Test
    void givesUpWhenTheBrokerFallsSilent() {
        consumer.schedulePollTask(() -> records(2));
        Instant begun = now;

        assertThatThrownBy(() -> reader.read(List.of(new Slice(3, 0, 7)), all()))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessageContaining("stopped answering");
        assertThat(now).isBetween(begun.plusSeconds(30), begun.plusSeconds(120));
        assertThat(taken).containsExactly(0L, 1L);
    }

    @Test
    void waitsForMoreWhenItFollowsUntilItIsStopped() throws IOException {
        consumer.schedulePollTask(() -> records(2));
        consumer.schedulePollTask(() -> now = now.plusSeconds(3600));
        consumer.schedulePollTask(reader::stop);

        assertThat(reader.read(List.of(new Slice(3, 0, Long.MAX_VALUE)), all())).isFalse();
        assertThat(taken).containsExactly(0L, 1L);
    }

    private TopicReader.Sink all() {
        return sink(Long.MAX_VALUE, Next.NOTHING);
    }

    private void records(int count) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        for (int offset = 0; offset < count; offset++) {
            consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 3, offset, new byte[0], new byte[0]));
        }
    }

    private TopicReader.Sink sink(long max, Next end) {
        return new TopicReader.Sink() {
            @Override
            public Next take(ConsumerRecord<byte[], byte[]> record) {
                taken.add(record.offset());
                return taken.size() < max ? Next.RECORD : end;
            }

            @Override
            public void progressed(long offsetsRead) {
                read = offsetsRead;
            }

            @Override
            public void caughtUp() {
                // Nothing to flush.
            }
        };
    }
}
