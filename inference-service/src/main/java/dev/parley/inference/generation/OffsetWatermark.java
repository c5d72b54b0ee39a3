package dev.parley.inference.generation;

import java.util.concurrent.ConcurrentSkipListSet;

/**
 * How far a partition is done: everything below the oldest unfinished offset. Offsets are begun in order by the
 * polling thread and finished in any order by the threads that run them.
 */
public final class OffsetWatermark {
    private final ConcurrentSkipListSet<Long> unfinished = new ConcurrentSkipListSet<>();
    private long next;

    /**
     * Starts at an offset.
     *
     * @param next the first offset that may be begun
     */
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

    /** The offset to commit: all before it are finished. Polling thread only. */
    public long committable() {
        Long oldest = unfinished.ceiling(Long.MIN_VALUE);
        return oldest == null ? next : oldest;
    }

    public int unfinished() {
        return unfinished.size();
    }
}
