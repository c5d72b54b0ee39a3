package dev.parley.inference.generation;

import java.time.Duration;
import java.time.Instant;

/** What to do with a request that may have been worked on before. */
public enum Judgement {
    /** Its turn is on the log: nothing. */
    DONE,
    /** Its answer has ended, but its turn is not on the log: record it. */
    RECORD,
    /** Nobody began: begin. */
    START,
    /** Its owner lives, or may: wait. */
    WAIT,
    /** Its owner is gone: take it over, as the next attempt. */
    TAKE_OVER,
    /** It may have been answered, but the log has forgotten: end it with an error. */
    INTERRUPTED;

    /**
     * Judges by the log alone.
     *
     * @param caughtUp whether the slice holds all that was on the log when the question came up
     */
    public static Judgement of(Slice slice, boolean caughtUp, Instant now, Duration silenceLimit) {
        if (slice.recorded()) {
            return DONE;
        }
        if (!caughtUp) {
            return WAIT;
        }
        if (slice.terminal().isPresent()) {
            return RECORD;
        }
        if (slice.attempt() == 0) {
            return START;
        }
        boolean silent = Duration.between(slice.lastSeen(), now).compareTo(silenceLimit) >= 0;
        return silent || slice.released() ? TAKE_OVER : WAIT;
    }
}
