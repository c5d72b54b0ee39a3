package dev.parley.persistence.retry;

import dev.parley.persistence.turn.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/** Decides whether something that failed is tried again, and waits before it is. */
public final class Retry {
    private final BackOff backOff;
    private final Duration patience;
    private final Clock clock;
    private final Pause pause;
    private final DoubleSupplier chance;

    /**
     * Composes it.
     *
     * @param chance 0 to 1, for the jitter
     */
    public Retry(RetrySettings settings, Clock clock, Pause pause, DoubleSupplier chance) {
        this.backOff = settings.backOff();
        this.patience = settings.patience();
        this.clock = clock;
        this.pause = pause;
        this.chance = chance;
    }

    /** When the patience ends that begins now. */
    public Instant deadline() {
        return clock.instant().plus(patience);
    }

    /**
     * Waits before the next attempt.
     *
     * @param failures in a row so far, at least 1
     * @param deadline no attempt begins after it
     * @throws StoreUnavailableException if there is to be no next attempt
     */
    public void pause(int failures, Instant deadline, Exception cause) {
        Duration wait = backOff.after(failures, chance.getAsDouble());
        if (clock.instant().plus(wait).isAfter(deadline)) {
            throw new StoreUnavailableException("gave up for now after " + failures + " failures in a row", cause);
        }
        if (!pause.of(wait)) {
            throw new StoreUnavailableException("stopping", cause);
        }
    }
}
