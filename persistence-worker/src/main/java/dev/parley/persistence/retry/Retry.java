package dev.parley.persistence.retry;

import dev.parley.persistence.turn.StoreUnavailableException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Decides whether a failed write is retried, and waits before the retry. */
public final class Retry {
    private final BatchRetrySettings settings;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final DoubleSupplier chance;

    /**
     * A retry.
     *
     * @param nanoTime measures time as {@link System#nanoTime} does: a wall clock may be set back
     * @param chance a random number from 0 to 1 for the jitter
     */
    public Retry(BatchRetrySettings settings, LongSupplier nanoTime, Pause pause, DoubleSupplier chance) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.chance = chance;
    }

    public Deadline deadline() {
        return new Deadline(nanoTime, settings);
    }

    /**
     * Waits before the next attempt.
     *
     * @param failures in a row so far, at least 1
     * @param deadline after which there is no further attempt
     * @param reason what is logged of the failure: no text of an item
     * @throws StoreUnavailableException if there is no further attempt
     */
    public void pause(int failures, Deadline deadline, String reason, Exception cause) {
        Duration wait = settings.pauseAfter(failures, chance.getAsDouble());
        if (deadline.isWithin(wait)) {
            throw new StoreUnavailableException(
                    "gave up for now after " + failures + " failures in a row, the last one: " + reason, cause);
        }
        if (!pause.of(wait)) {
            throw new StoreUnavailableException("stopping", cause);
        }
    }
}
