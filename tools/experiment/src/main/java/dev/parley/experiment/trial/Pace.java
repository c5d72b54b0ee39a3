package dev.parley.experiment.trial;

import java.time.Duration;

/** Keeps an interval between the starts of trials. Owned by one thread. */
public final class Pace {
    private final Duration interval;
    private long next = System.nanoTime();

    public Pace(Duration interval) {
        this.interval = interval;
    }

    /** Waits until the next trial may start. */
    public void await() throws InterruptedException {
        long now = System.nanoTime();
        if (now < next) {
            Thread.sleep(Duration.ofNanos(next - now));
        }
        next = Math.max(now, next) + interval.toNanos();
    }
}
