package dev.parley.inference.kafka.recovery;

import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.generation.recovery.RecoveryDecision;
import dev.parley.inference.generation.recovery.RecoveryDecision.Watch;
import dev.parley.inference.kafka.requests.InFlightRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * A redelivered request whose generation may have been started by another replica.
 *
 * @param incomplete whether its first deltas have expired, or one of them cannot be read: the log cannot tell what was done
 * @param horizon up to which its deltas have to be read for a decision; empty until it is known
 * @param watch since when it is one, and when the partition of its deltas could be written while its owner was silent
 * @param late how many horizons were reached late, since one was reached in time by a candidate that waits for a place
 */
record RecoveryCandidate(
        InFlightRequest request,
        GenerationLog log,
        boolean incomplete,
        Optional<Horizon> horizon,
        Watch watch,
        int late) {
    /** Age at which a horizon is reached late. */
    private static final Duration LATE = Duration.ofSeconds(2);

    /**
     * Late horizons before a claim is made all the same: enough while more is read than is written, and no further candidate
     * has the log read again.
     */
    private static final int LATE_MAX = 3;

    /** The end of a partition, committed or not, at a time before it was asked for: nothing written until then is missing. */
    record Horizon(long end, Instant at) {}

    /** A candidate of which nothing has been read. */
    RecoveryCandidate(InFlightRequest request, GenerationLog log, Instant since) {
        this(request, log, false, Optional.empty(), new Watch(since, Optional.empty()), 0);
    }

    /** The partition of its deltas. */
    TopicPartition deltas() {
        return request.deltas();
    }

    /** Whether another replica owns the partition of its request, or will. */
    boolean isLost() {
        return !request.isOwned();
    }

    /** The offset from which on its deltas are on the partition. */
    long firstOffset() {
        return request.requested().reply().offset();
    }

    /** The same, whose log is read again. */
    RecoveryCandidate again(GenerationLog empty) {
        return new RecoveryCandidate(request, empty, false, Optional.empty(), watch, 0);
    }

    RecoveryCandidate with(Optional<Horizon> next) {
        return new RecoveryCandidate(request, log, incomplete, next, watch, late);
    }

    /** The same, whose partition could be written at this time. */
    RecoveryCandidate written(Instant at) {
        return new RecoveryCandidate(
                request, log, incomplete, horizon, new Watch(watch.since(), Optional.of(at)), late);
    }

    /** The same, but what was delivered is unknown. */
    RecoveryCandidate unreadable() {
        return new RecoveryCandidate(request, log, true, horizon, watch, late);
    }

    /** The same for the next horizon, after this one was reached. */
    RecoveryCandidate next(Instant now) {
        return new RecoveryCandidate(request, log, incomplete, Optional.empty(), watch, isLate(now) ? late + 1 : late);
    }

    /** The same for the same horizon, which was reached in time. */
    RecoveryCandidate inTime() {
        return new RecoveryCandidate(request, log, incomplete, horizon, watch, 0);
    }

    /**
     * Whether so much has been written since the horizon that a further one should be reached first: a claim reads what was written
     * since, for each generation apart.
     */
    boolean isLate(Instant now) {
        return late < LATE_MAX && isStale(now);
    }

    /** Whether its horizon is too old for a claim. */
    boolean isStale(Instant now) {
        return horizon.filter(known -> known.at().plus(LATE).isBefore(now)).isPresent();
    }

    /** Whether its deltas are read up to the horizon, if they are read up to this position. */
    boolean isRead(long position) {
        return horizon.filter(known -> position >= known.end()).isPresent();
    }

    /** Whether its deltas are not read up to a horizon from before this time. */
    boolean isUnread(long position, Instant before) {
        return !isRead(position)
                && horizon.filter(known -> known.at().isBefore(before)).isPresent();
    }

    /** Whether its owner is silent, and may be alive, as its partition may not have been writable since. */
    boolean needsProof(Instant now, Duration silenceLimit) {
        return RecoveryDecision.needsProof(log, now, watch, silenceLimit);
    }

    /**
     * Decides from what has been read. An incomplete log never starts a call to Claude: the request may have been answered. Nor does
     * one that is older than the longest answer, as after an outage: gateways have ended the streams of its readers.
     *
     * @param oldest the earliest last sign of life, of the gateway or an owner, with which Claude is called
     */
    RecoveryDecision decide(long position, Duration silenceLimit, Instant oldest) {
        RecoveryDecision decision = RecoveryDecision.of(
                log, isRead(position), horizon.map(Horizon::at).orElse(Instant.MIN), watch, silenceLimit);
        if (incomplete && (decision.needsClaim() || decision == RecoveryDecision.RECORD)) {
            return RecoveryDecision.GIVE_UP;
        }
        return decision.needsClaim() && isBefore(oldest) ? RecoveryDecision.EXPIRED : decision;
    }

    private boolean isBefore(Instant oldest) {
        return request.requested().publishedAt().isBefore(oldest)
                && log.lastSeen().isBefore(oldest);
    }
}
