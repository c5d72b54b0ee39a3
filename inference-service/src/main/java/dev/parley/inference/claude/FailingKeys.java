package dev.parley.inference.claude;

import dev.parley.contracts.BoundedMap;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The keys whose latest calls to a model have all failed, perhaps because of what they ask for. Holds the {@value #KEYS_MAX} that
 * called last. Thread-safe.
 */
final class FailingKeys {
    /** Failures of a failing key: more than the calls of one answer by default, so that no single request makes its key a failing one. */
    static final int FAILURES_MIN = 5;

    static final int KEYS_MAX = 1_000;

    /** The failures of a key since its last success. */
    private static final class Streak {
        private int failures;
        private long lastAt;
        private boolean trying;
    }

    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Streak> streaks = BoundedMap.ofLastUsed(KEYS_MAX);

    /**
     * @param pause between the last failure of a failing key and its next call
     */
    FailingKeys(Duration pause, LongSupplier nanoTime) {
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether a key may call: a failing one after the pause, and one call at a time. Each call that it makes has to end. */
    synchronized boolean tryCall(String key) {
        Streak streak = streaks.get(key);
        if (streak == null || streak.failures < FAILURES_MIN) {
            return true;
        }
        if (streak.trying || nanoTime.getAsLong() - streak.lastAt < pauseNanos) {
            return false;
        }
        streak.trying = true;
        return true;
    }

    /** A call has failed, perhaps because of its request. */
    synchronized void failed(String key) {
        Streak streak = streaks.computeIfAbsent(key, _ -> new Streak());
        streak.failures++;
        streak.lastAt = nanoTime.getAsLong();
        streak.trying = false;
    }

    /** Claude has answered a call, be it with an error of the client. */
    synchronized void succeeded(String key) {
        streaks.remove(key);
    }

    /** A call has ended with neither: it was cancelled or not made, or Claude is overloaded or was not reached. */
    synchronized void undecided(String key) {
        Streak streak = streaks.get(key);
        if (streak != null) {
            streak.trying = false;
        }
    }
}
