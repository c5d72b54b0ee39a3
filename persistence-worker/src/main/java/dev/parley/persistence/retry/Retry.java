package dev.parley.persistence.retry;

import dev.parley.persistence.turn.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Decides whether a failed write is retried, and waits before the retry. */
public final class Retry {
    private final RetrySettings settings;
    private final Clock clock;
    private final Pause pause;
    private final DoubleSupplier chance;

    /** A retry with a random number from 0 to 1 for the jitter. */
    public Retry(RetrySettings settings, Clock clock, Pause pause, DoubleSupplier chance) {
        this.settings = settings;
        this.clock = clock;
        this.pause = pause;
        this.chance = chance;
    }

    public Deadline deadline() {
        return new Deadline(clock, settings);
    }

    /**
     * Waits before the next attempt.
     *
     * @param failures in a row so far, at least 1
     * @param deadline after which there is no further attempt
     * @throws StoreUnavailableException if there is no further attempt
     */
    public void pause(int failures, Deadline deadline, Exception cause) {
        Duration wait = settings.pauseAfter(failures, chance.getAsDouble());
        if (deadline.isBefore(clock.instant().plus(wait))) {
            throw new StoreUnavailableException("gave up for now after " + failures + " failures in a row", cause);
        }
        if (!pause.of(wait)) {
            throw new StoreUnavailableException("stopping", cause);
        }
    }
}
