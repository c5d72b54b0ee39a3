package dev.parley.inference.generation;

import java.time.Duration;
import java.time.Instant;

/** What to do with a request that another replica may have started. */
public enum RecoveryDecision {
    /** Nothing: its turn is on the log. */
    DONE,
    /** Record its turn: the answer has ended. */
    RECORD,
    /** Start it: the log has no record of it. */
    START,
    /** Wait: its owner may be alive. */
    WAIT,
    /** Take it over as the next attempt: its owner is gone. */
    TAKE_OVER,
    /** End it with an error: it may have been answered, and the log is incomplete. */
    INTERRUPTED;

    /** Decides from the log alone; {@code caughtUp} tells whether it is read up to the horizon. */
    public static RecoveryDecision of(GenerationLog log, boolean caughtUp, Instant now, Duration silenceLimit) {
        if (log.recorded()) {
            return DONE;
        }
        if (!caughtUp) {
            return WAIT;
        }
        if (log.ended()) {
            return RECORD;
        }
        if (log.attempt() == 0) {
            return START;
        }
        boolean silent = Duration.between(log.lastSeen(), now).compareTo(silenceLimit) >= 0;
        return silent || log.released() ? TAKE_OVER : WAIT;
    }
}
