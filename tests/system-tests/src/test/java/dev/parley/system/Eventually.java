package dev.parley.system;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for something to become so. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private Eventually() {}

    /** The first value that is as wanted; after a minute, an error with the last one. */
    static <T> T value(Callable<T> value, Predicate<T> wanted) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        T last = value.call();
        while (!wanted.test(last)) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s; last seen: " + last);
            }
            boolean _ = never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            last = value.call();
        }
        return last;
    }
}
