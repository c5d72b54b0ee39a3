package dev.parley.persistence.retry;

import dev.parley.persistence.turn.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** The time at which a write is given up, by {@link System#nanoTime()}: a timeout after its last progress, but not after a last time. */
public final class Deadline {
    private final LongSupplier nanoTime;
    private final long timeoutNanos;
    private final long last;
    /** Written by the thread of the write; read by the threads that it starts too. */
    private volatile long end;

    Deadline(LongSupplier nanoTime, BatchRetrySettings settings) {
        long now = nanoTime.getAsLong();
        this.nanoTime = nanoTime;
        this.timeoutNanos = settings.timeout().toNanos();
        this.last = now + settings.timeoutMax().toNanos();
        this.end = now + timeoutNanos;
    }

    public void progressed() {
        long extended = nanoTime.getAsLong() + timeoutNanos;
        long limited = extended - last < 0 ? extended : last;
        if (end - limited < 0) {
            end = limited;
        }
    }

    /**
     * Ends a write that takes too long although its calls succeed.
     *
     * @throws StoreUnavailableException if the deadline is past
     */
    public void check() {
        if (isWithin(Duration.ZERO)) {
            throw new StoreUnavailableException("gave up for now, after a part of it", new TimeoutException());
        }
    }

    /** Whether it is less than so much time ahead, or past. */
    boolean isWithin(Duration time) {
        return end - nanoTime.getAsLong() < time.toNanos();
    }
}
