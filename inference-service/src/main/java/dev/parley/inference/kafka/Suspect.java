package dev.parley.inference.kafka;

import dev.parley.inference.generation.Judgement;
import dev.parley.inference.generation.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * A generation in question.
 *
 * @param partition where its pieces are
 * @param forgotten whether the log no longer holds where they would begin, or one of them cannot be read, so that nothing can
 *     be known for certain
 * @param horizon up to where it has to be read before it can be judged; empty until that is known
 * @param isRead whether it is read so far
 */
record Suspect(
        RequestInHand request,
        TopicPartition partition,
        Slice slice,
        boolean forgotten,
        Optional<Horizon> horizon,
        boolean isRead) {
    /**
     * The end of a partition, committed or not, at a moment.
     *
     * @param at before the end was asked for: nothing that was written by then is missing
     */
    record Horizon(long end, Instant at) {}

    Suspect withHorizon(Horizon next) {
        return new Suspect(request, partition, slice, forgotten, Optional.of(next), false);
    }

    /** To be judged again, by a later moment. */
    Suspect withoutHorizon() {
        return new Suspect(request, partition, slice, forgotten, Optional.empty(), false);
    }

    /** One of its pieces cannot be read: what was shown cannot be known. */
    Suspect unreadable() {
        return new Suspect(request, partition, slice, true, horizon, isRead);
    }

    Suspect readUpTo(long position) {
        boolean read = horizon.filter(known -> position >= known.end()).isPresent();
        return new Suspect(request, partition, slice, forgotten, horizon, read);
    }

    /**
     * What to do with it, as far as it is read. What the log has forgotten is never begun again: it may have been answered,
     * and billed.
     */
    Judgement judge(Duration silenceLimit) {
        Judgement judgement =
                Judgement.of(slice, isRead, horizon.map(Horizon::at).orElse(Instant.MIN), silenceLimit);
        return switch (judgement) {
            case START, TAKE_OVER, RECORD -> forgotten ? Judgement.INTERRUPTED : judgement;
            case DONE, WAIT, INTERRUPTED -> judgement;
        };
    }
}
