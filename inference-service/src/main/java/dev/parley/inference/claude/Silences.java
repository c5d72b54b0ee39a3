package dev.parley.inference.claude;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells the answers that wait for a piece when they have waited long enough. One thread looks after all of them: a timed
 * wait for each piece would have the JVM plan a wake-up that hardly ever comes, and take it back.
 */
final class Silences implements AutoCloseable {
    /** How late a silence may be noticed. */
    private static final long LATENESS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Set<HttpAnswerStream> open = ConcurrentHashMap.newKeySet();
    private final Thread watch = Thread.ofPlatform().daemon().name("silences").unstarted(this::watch);
    private volatile boolean closed;

    private Silences() {}

    /** Begins to watch. */
    static Silences watched() {
        Silences silences = new Silences();
        silences.watch.start();
        return silences;
    }

    void add(HttpAnswerStream answer) {
        if (open.isEmpty()) {
            open.add(answer);
            LockSupport.unpark(watch);
        } else {
            open.add(answer);
        }
    }

    void remove(HttpAnswerStream answer) {
        open.remove(answer);
    }

    private void watch() {
        while (!closed) {
            // While there is nothing to watch, the first answer wakes it, or the second is over before it is missed.
            LockSupport.parkNanos(open.isEmpty() ? Duration.ofSeconds(1).toNanos() : LATENESS_NANOS);
            long now = System.nanoTime();
            open.forEach(answer -> answer.silentAt(now));
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
    }
}
