package dev.parley.eventlog;

import java.util.concurrent.TimeUnit;

/** A time by both clocks: {@link System#nanoTime} stands still in a suspended machine, and a wall clock may be set back. */
public record Moment(long nanos, long wallMillis) {
    public static Moment now() {
        return new Moment(System.nanoTime(), System.currentTimeMillis());
    }

    /** Whether more than this many nanoseconds have passed since an earlier moment, by one clock or the other. */
    public boolean isLaterThan(Moment before, long limit) {
        return nanos - before.nanos > limit || TimeUnit.MILLISECONDS.toNanos(wallMillis - before.wallMillis) > limit;
    }
}
