package dev.parley.inference.kafka;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How fast things come: busy from a number a window on, by what the window before saw. Counted by any thread; a count that
 * is off by a few at the edge of a window does no harm.
 */
public final class Pace {
    private static final Duration WINDOW = Duration.ofMillis(100);

    private final long windowNanos;
    private final int busyFrom;
    private final LongSupplier nanoTime;
    private final AtomicLong window = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean busy;

    /**
     * Begins idle.
     *
     * @param busyFrom things a window, at least 1
     */
    Pace(Duration window, int busyFrom, LongSupplier nanoTime) {
        this.windowNanos = window.toNanos();
        this.busyFrom = busyFrom;
        this.nanoTime = nanoTime;
    }

    /** By windows of 100 ms; from a number a second on times are busy. */
    public static Pace perSecond(int busyFrom) {
        return new Pace(WINDOW, Math.max(1, busyFrom * (int) WINDOW.toMillis() / 1_000), System::nanoTime);
    }

    /** One more has come. Says whether it came in busy times. */
    boolean count() {
        long now = Math.floorDiv(nanoTime.getAsLong(), windowNanos);
        long known = window.get();
        if (now != known && window.compareAndSet(known, now)) {
            int seen = count.getAndSet(0);
            busy = now == known + 1 && seen >= busyFrom;
        }
        count.incrementAndGet();
        return busy;
    }
}
