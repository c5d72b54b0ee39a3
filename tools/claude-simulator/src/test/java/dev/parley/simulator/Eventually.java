package dev.parley.simulator;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** Waits until something holds, ten seconds at most. */
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
                    Assertions.fail("it did not come to hold", notYet);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
