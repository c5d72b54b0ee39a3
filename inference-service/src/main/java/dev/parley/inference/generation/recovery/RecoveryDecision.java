package dev.parley.inference.generation.recovery;

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
    /** End it with an error: it may have been answered, and the log is incomplete; or it was tried too often. */
    GIVE_UP,
    /** End it with an error: it has waited for longer than any reader does. */
    EXPIRED;

    /** Whether Claude may be called, for which the next attempt is claimed. */
    public boolean needsClaim() {
        return this == START || this == TAKE_OVER;
    }

    /**
     * What a replica knows of a log besides its records.
     *
     * @param since from when on it watches the log
     * @param written when the log could be written, as far as it is known
     */
    public record Watch(Instant since, Optional<Instant> written) {}

    /**
     * Decides from the log. An owner that had been silent for the limit when this replica began to watch is gone: its session has ended.
     * Another one, which may be stopping, may be alive while the log cannot be written, because what it sends waits. It is gone if the
     * log could be written after half of the limit, and it was silent for three quarters of the limit since: one that is alive sends
     * what waits, and its next heartbeat, in that time.
     *
     * @param caughtUp whether it is read up to the horizon
     * @param horizon when the log ended there
     */
    public static RecoveryDecision of(
            GenerationLog log, boolean caughtUp, Instant horizon, Watch watch, Duration silenceLimit) {
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
        Duration catchUp = silenceLimit.multipliedBy(3).dividedBy(4);
        boolean isGone = !mayBeAlive(log, watch, silenceLimit)
                || proof(log, watch, silenceLimit)
                        .filter(at -> !horizon.isBefore(at.plus(catchUp)))
                        .isPresent();
        return log.released() || (isSilent && isGone) ? TAKE_OVER : WAIT;
    }

    /** Whether the owner is silent at this time and may be alive, and it is not known that the log could be written meanwhile. */
    public static boolean needsProof(GenerationLog log, Instant now, Watch watch, Duration silenceLimit) {
        boolean mayHaveOwner = log.attempt() > 0 && !log.released() && !log.ended() && !log.recorded();
        return mayHaveOwner
                && mayBeAlive(log, watch, silenceLimit)
                && !now.isBefore(provenFrom(log, silenceLimit))
                && proof(log, watch, silenceLimit).isEmpty();
    }

    private static boolean mayBeAlive(GenerationLog log, Watch watch, Duration silenceLimit) {
        return watch.since().isBefore(log.lastSeen().plus(silenceLimit));
    }

    /** When the log could be written while the owner was silent. */
    private static Optional<Instant> proof(GenerationLog log, Watch watch, Duration silenceLimit) {
        return watch.written().filter(at -> !at.isBefore(provenFrom(log, silenceLimit)));
    }

    private static Instant provenFrom(GenerationLog log, Duration silenceLimit) {
        return log.lastSeen().plus(silenceLimit.dividedBy(2));
    }
}
