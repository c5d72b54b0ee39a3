package dev.parley.inference.kafka;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Tells whether events arrive at a high rate, from the number in the preceding time window. Any thread may count; the number may
 * be off by a few at the edge of a window.
 */
public final class ArrivalRate {
    static final Duration WINDOW = Duration.ofMillis(100);

    private final long windowNanos;
    private final int busyFrom;
    private final int calmBelow;
    private final LongSupplier nanoTime;
    private final AtomicLong window = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean busy;

    /** A low rate at first; it is high from {@code busyFrom} events in a window, and stays so down to {@code calmBelow}, at least 1. */
    public ArrivalRate(Duration window, int busyFrom, int calmBelow, LongSupplier nanoTime) {
        this.windowNanos = window.toNanos();
        this.busyFrom = busyFrom;
        this.calmBelow = calmBelow;
        this.nanoTime = nanoTime;
    }

    /**
     * For events that are merged at a high rate, and so are fewer: it is high from this number a second, and stays high down to a
     * quarter of it. Uses windows of 100 ms.
     */
    public static ArrivalRate ofMerged(int busyFrom) {
        int inWindow = inWindow(busyFrom);
        return new ArrivalRate(WINDOW, inWindow, Math.ceilDiv(inWindow, 4), System::nanoTime);
    }

    /** How many in a window are as many a second. Not computed as an int: a rate that means never would overflow to always. */
    static int inWindow(long perSecond) {
        return Math.clamp(perSecond * WINDOW.toMillis() / 1_000, 1, Integer.MAX_VALUE);
    }

    /** The time by its clock, in nanoseconds. */
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    public boolean isHigh() {
        return busy;
    }

    /** Counts an event; true if the rate is high. */
    public boolean count() {
        long now = Math.floorDiv(nanoTime.getAsLong(), windowNanos);
        long known = window.get();
        if (now != known && window.compareAndSet(known, now)) {
            int seen = count.getAndSet(0);
            busy = now == known + 1 && seen >= (busy ? calmBelow : busyFrom);
        }
        count.incrementAndGet();
        return busy;
    }
}
