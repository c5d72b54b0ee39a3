package dev.parley.benchmarks.arena;

import dev.parley.benchmarks.machine.ProcessorTime;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;

/** Processes that have nothing to do. */
public final class Calm {
    private static final Duration GLANCE = Duration.ofMillis(250);
    private static final Duration WITHIN = Duration.ofSeconds(20);

    /** Of one core: what JVMs, a broker and their timers take when nobody asks. */
    private static final double SHARE = 0.3;

    private Calm() {}

    /** Waits until these processes take next to no processor time, or 20 s are over. */
    public static void await(Collection<Long> pids) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        Duration before = ProcessorTime.of(pids);
        while (System.nanoTime() < deadline) {
            until(System.nanoTime() + GLANCE.toNanos());
            Duration now = ProcessorTime.of(pids);
            if (now.minus(before).toNanos() < GLANCE.toNanos() * SHARE) {
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
