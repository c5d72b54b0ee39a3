package dev.parley.replay.selection;

import org.apache.kafka.common.TopicPartition;

/**
 * A range of offsets of a partition.
 *
 * @param start the first offset
 * @param end the first offset after the range; {@link Long#MAX_VALUE} if the range has no end
 */
public record OffsetRange(TopicPartition partition, long start, long end) {
    public boolean isEndless() {
        return end == Long.MAX_VALUE;
    }

    public long length() {
        return Math.max(0, end - start);
    }

    public boolean contains(long offset) {
        return offset >= start && offset < end;
    }
}
