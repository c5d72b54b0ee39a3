package dev.parley.inference.kafka;

import dev.parley.inference.generation.Judgement;
import dev.parley.inference.generation.Slice;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A generation in question.
 *
 * @param partition where its pieces are
 * @param forgotten whether the log no longer holds where they would begin, so that nothing can be known for certain
 */
record Suspect(RequestInHand request, TopicPartition partition, Slice slice, boolean forgotten) {
    /** What to do with it. What the log has forgotten is never begun again: it may have been answered, and billed. */
    Judgement judge(boolean caughtUp, Instant now, Duration silenceLimit) {
        Judgement judgement = Judgement.of(slice, caughtUp, now, silenceLimit);
        return forgotten && (judgement == Judgement.START || judgement == Judgement.TAKE_OVER)
                ? Judgement.INTERRUPTED
                : judgement;
    }
}
