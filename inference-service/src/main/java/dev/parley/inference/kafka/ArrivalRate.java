package dev.parley.inference.kafka;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Tells whether events arrive at a high rate, from the number in the preceding time window. It stays high until there are fewer
 * than a quarter of the number that makes it high, because it may be the reason why events are merged. Any thread may count; the number may
 * be off by a few at the edge of a window.
 */
public final class ArrivalRate {
    private static final Duration WINDOW = Duration.ofMillis(100);

    private final long windowNanos;
    private final int busyFrom;
    private final LongSupplier nanoTime;
    private final AtomicLong window = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean busy;

    /** A low rate at first; it is high from {@code busyFrom} events in a window, at least 1. */
    ArrivalRate(Duration window, int busyFrom, LongSupplier nanoTime) {
        this.windowNanos = window.toNanos();
        this.busyFrom = busyFrom;
        this.nanoTime = nanoTime;
    }

    /** Uses windows of 100 ms; the rate is high from this number of events a second. */
    public static ArrivalRate perSecond(int busyFrom) {
        return new ArrivalRate(WINDOW, Math.max(1, busyFrom * (int) WINDOW.toMillis() / 1_000), System::nanoTime);
    }

    /** The time by its clock, in nanoseconds. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Whether the rate was high at the last event. */
    boolean isHigh() {
        return busy;
    }

    /** Counts an event; true if the rate is high. */
    boolean count() {
        long now = Math.floorDiv(nanoTime.getAsLong(), windowNanos);
        long known = window.get();
        if (now != known && window.compareAndSet(known, now)) {
            int seen = count.getAndSet(0);
            busy = now == known + 1 && seen >= (busy ? Math.max(1, busyFrom / 4) : busyFrom);
        }
        count.incrementAndGet();
        return busy;
    }
}
