package dev.parley.inference.kafka;

import dev.parley.inference.generation.GenerationLog;
import dev.parley.inference.generation.RecoveryDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * A redelivered request whose generation may have been started by another replica.
 *
 * @param partition of {@code chat.deltas}, with its deltas
 * @param incomplete whether its first deltas have expired, or one of them cannot be read: the log cannot tell what was done
 * @param horizon up to which the partition has to be read for a decision; empty until it is known
 * @param isRead whether the partition is read up to the horizon
 */
record RecoveryCandidate(
        InFlightRequest request,
        TopicPartition partition,
        GenerationLog log,
        boolean incomplete,
        Optional<Horizon> horizon,
        boolean isRead) {
    /**
     * The end of a partition, committed or not, at a time.
     *
     * @param at before the end was requested: nothing written until then is missing
     */
    record Horizon(long end, Instant at) {}

    RecoveryCandidate withHorizon(Horizon next) {
        return new RecoveryCandidate(request, partition, log, incomplete, Optional.of(next), false);
    }

    /** Needs a new horizon for the next decision. */
    RecoveryCandidate withoutHorizon() {
        return new RecoveryCandidate(request, partition, log, incomplete, Optional.empty(), false);
    }

    /** One of its deltas cannot be read: what was delivered is unknown. */
    RecoveryCandidate unreadable() {
        return new RecoveryCandidate(request, partition, log, true, horizon, isRead);
    }

    RecoveryCandidate readUpTo(long position) {
        boolean read = horizon.filter(known -> position >= known.end()).isPresent();
        return new RecoveryCandidate(request, partition, log, incomplete, horizon, read);
    }

    /** Decides from what has been read. An incomplete log never starts a call to Claude: the request may have been answered. */
    RecoveryDecision decide(Duration silenceLimit) {
        RecoveryDecision decision =
                RecoveryDecision.of(log, isRead, horizon.map(Horizon::at).orElse(Instant.MIN), silenceLimit);
        return switch (decision) {
            case START, TAKE_OVER, RECORD -> incomplete ? RecoveryDecision.INTERRUPTED : decision;
            case DONE, WAIT, INTERRUPTED -> decision;
        };
    }
}
