package dev.parley.inference.claude;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends the waits of all open answers after their timeouts, at most 50 ms late. One thread checks all of them, because a timed wait
 * for each piece costs the JVM a timer that hardly ever fires.
 */
final class ReadTimeouts implements AutoCloseable {
    private static final long CHECK_INTERVAL_MILLIS = 50;

    private final Set<HttpAnswerStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("read-timeouts").factory());

    private ReadTimeouts() {}

    /** Starts the thread. */
    static ReadTimeouts start() {
        ReadTimeouts readTimeouts = new ReadTimeouts();
        var _ = readTimeouts.thread.scheduleWithFixedDelay(
                readTimeouts::check, CHECK_INTERVAL_MILLIS, CHECK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return readTimeouts;
    }

    void add(HttpAnswerStream answer) {
        open.add(answer);
    }

    void remove(HttpAnswerStream answer) {
        open.remove(answer);
    }

    private void check() {
        long now = System.nanoTime();
        open.forEach(answer -> answer.checkTimeout(now));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
