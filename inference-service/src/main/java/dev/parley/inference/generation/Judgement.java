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
    /** Its owner is gone, the reader has seen nothing: begin again, as the next attempt. */
    RESTART,
    /** Its owner is gone in the middle of the answer. */
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
        if (Duration.between(slice.lastSeen(), now).compareTo(silenceLimit) < 0) {
            return WAIT;
        }
        return slice.frames().isEmpty() ? RESTART : INTERRUPTED;
    }
}
