package dev.parley.replay.selection;

import org.apache.kafka.common.TopicPartition;

/**
 * The offsets that the broker reports for a partition.
 *
 * @param begin the first offset on the log
 * @param end the offset of the next record
 * @param since the first offset at or after the requested time; {@code begin} without one, {@code end} if there is none
 */
public record PartitionOffsets(TopicPartition partition, long begin, long end, long since) {
    /** The offsets to read for a query. */
    public OffsetRange range(Query query) {
        long start = Math.max(Math.max(begin, since), query.from().orElse(begin));
        if (query.follow()) {
            return new OffsetRange(partition, Math.min(start, end), Long.MAX_VALUE);
        }
        return new OffsetRange(partition, start, Math.min(end, query.to().orElse(end)));
    }

    public OffsetRange sinceToEnd() {
        return new OffsetRange(partition, since, end);
    }
}
