package dev.parley.persistence.retry;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A pause that ends when the service stops, so that a shutdown never waits for a back-off. */
public final class PauseUntilStop implements Pause {
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Ends all current and future pauses. */
    public void stop() {
        stopping.countDown();
    }

    @Override
    public boolean of(Duration duration) {
        try {
            return !stopping.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
