package dev.parley.system;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Polls until a condition holds. */
final class Eventually {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private Eventually() {}

    /** Returns the first value that meets the condition; fails after a minute with the last value. */
    static <T> T value(Callable<T> value, Predicate<T> condition) throws Exception {
        return value(value, condition, TIMEOUT);
    }

    /** The same with another timeout. */
    static <T> T value(Callable<T> value, Predicate<T> condition, Duration timeout) throws Exception {
        long end = System.nanoTime() + timeout.toNanos();
        T last = value.call();
        while (!condition.test(last)) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("not within " + timeout.toSeconds() + " s; last seen: " + last);
            }
            pause(INTERVAL);
            last = value.call();
        }
        return last;
    }

    /** Waits for this time, where it is part of a fault or of the behaviour of a client. */
    static void pause(Duration time) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
