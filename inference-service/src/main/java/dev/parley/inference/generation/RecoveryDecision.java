package dev.parley.inference.generation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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

    /**
     * Decides from the log alone. An owner is gone if it was silent for the limit, and the log could be written after half of that,
     * and half of that before the horizon: what an owner sends that is alive waits while the log cannot be written.
     *
     * @param caughtUp whether it is read up to the horizon
     * @param horizon when the log ended there
     * @param written when the log could be written, as far as it is known
     */
    public static RecoveryDecision of(
            GenerationLog log, boolean caughtUp, Instant horizon, Optional<Instant> written, Duration silenceLimit) {
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
        boolean isSilent = !horizon.isBefore(log.lastSeen().plus(silenceLimit));
        boolean isProven = written.filter(at -> !at.isBefore(provenFrom(log, silenceLimit)))
                .filter(at -> !horizon.isBefore(at.plus(silenceLimit.dividedBy(2))))
                .isPresent();
        return log.released() || (isSilent && isProven) ? TAKE_OVER : WAIT;
    }

    /** Whether the owner is silent at this time, and it is not known that the log could be written meanwhile. */
    public static boolean needsProof(
            GenerationLog log, Instant now, Optional<Instant> written, Duration silenceLimit) {
        boolean mayHaveOwner = log.attempt() > 0 && !log.released() && !log.ended() && !log.recorded();
        Instant from = provenFrom(log, silenceLimit);
        return mayHaveOwner
                && !now.isBefore(from)
                && written.filter(at -> !at.isBefore(from)).isEmpty();
    }

    private static Instant provenFrom(GenerationLog log, Duration silenceLimit) {
        return log.lastSeen().plus(silenceLimit.dividedBy(2));
    }
}
