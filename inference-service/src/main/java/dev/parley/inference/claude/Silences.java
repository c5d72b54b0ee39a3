package dev.parley.inference.claude;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the answers that wait for a piece when they have waited long enough, at most 50 ms late. One thread looks after all
 * of them: a timed wait for each piece would have the JVM plan a wake-up that hardly ever comes, and take it back.
 */
final class Silences implements AutoCloseable {
    private static final long LATENESS_MILLIS = 50;

    private final Set<HttpAnswerStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("silences").factory());

    private Silences() {}

    /** Begins to watch. */
    static Silences watched() {
        Silences silences = new Silences();
        var _ = silences.watch.scheduleWithFixedDelay(
                silences::look, LATENESS_MILLIS, LATENESS_MILLIS, TimeUnit.MILLISECONDS);
        return silences;
    }

    void add(HttpAnswerStream answer) {
        open.add(answer);
    }

    void remove(HttpAnswerStream answer) {
        open.remove(answer);
    }

    private void look() {
        long now = System.nanoTime();
        open.forEach(answer -> answer.silentAt(now));
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
