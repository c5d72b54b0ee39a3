package dev.parley.replay.selection;

/**
 * A stretch of a partition.
 *
 * @param start the first offset
 * @param end the first offset after it; {@link Long#MAX_VALUE} to go on for ever
 */
public record Slice(int partition, long start, long end) {
    public boolean isEmpty() {
        return start >= end;
    }

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
