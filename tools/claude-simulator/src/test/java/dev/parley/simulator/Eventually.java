package dev.parley.simulator;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** Waits at most ten seconds until an assertion holds. */
final class Eventually {
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Eventually() {}

    static void holds(Executable assertion) {
        long giveUpAt = System.nanoTime() + MOST.toNanos();
        while (true) {
            try {
                assertion.execute();
                return;
            } catch (Throwable notYet) {
                if (System.nanoTime() > giveUpAt) {
                    Assertions.fail("the assertion did not hold in time", notYet);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
