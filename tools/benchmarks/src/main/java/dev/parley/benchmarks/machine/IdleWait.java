package dev.parley.benchmarks.machine;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;

/** Waits for processes to become idle, and for points in time. */
public final class IdleWait {
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Of one core: what JVMs, a broker and their timers take without requests. */
    private static final double SHARE = 0.3;

    private IdleWait() {}

    /** Waits until these processes take next to no processor time, at most 20 s. */
    public static void await(Collection<Long> pids) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        Duration before = ProcessorTime.of(pids);
        while (System.nanoTime() < deadline) {
            until(System.nanoTime() + INTERVAL.toNanos());
            Duration now = ProcessorTime.of(pids);
            if (now.minus(before).toNanos() < INTERVAL.toNanos() * SHARE) {
                return;
            }
            before = now;
        }
    }

    /** Waits for a time of {@link System#nanoTime()}. */
    public static void until(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
