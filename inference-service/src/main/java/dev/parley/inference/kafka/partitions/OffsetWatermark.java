package dev.parley.inference.kafka.partitions;

import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The offset up to which a partition is processed: the oldest unfinished one. Offsets are begun in order by the polling thread
 * and finished in any order by other threads.
 */
public final class OffsetWatermark {
    private final ConcurrentSkipListSet<Long> unfinished = new ConcurrentSkipListSet<>();
    private long next;

    /** A watermark at the first offset that may be begun. */
    public OffsetWatermark(long next) {
        this.next = next;
    }

    /** Polling thread only. */
    public void begin(long offset) {
        unfinished.add(offset);
        next = offset + 1;
    }

    public void finish(long offset) {
        unfinished.remove(offset);
    }

    /** The offset to commit: all earlier ones are finished. Polling thread only. */
    public long committable() {
        Long oldest = unfinished.ceiling(Long.MIN_VALUE);
        return oldest == null ? next : oldest;
    }

    /** The first offset that is not begun. Polling thread only. */
    public long next() {
        return next;
    }

    public int unfinished() {
        return unfinished.size();
    }
}
