package dev.parley.inference.generation;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StoredQuestion;
import java.util.List;
import java.util.Optional;

/**
 * What the look-up of a similar question leaves behind.
 *
 * @param check why an answer was reused or not; empty if none was looked for
 * @param question to be stored with the answer, so that similar ones find it; empty if it may not be
 * @param judging the calls to a judge, without their prices
 */
public record SimilarTrace(Optional<SimilarCheck> check, Optional<StoredQuestion> question, List<Attempt> judging) {
    public static final SimilarTrace NONE = new SimilarTrace(Optional.empty(), Optional.empty());

    public SimilarTrace {
        judging = List.copyOf(judging);
    }

    /** The trace of a look-up without a judge. */
    public SimilarTrace(Optional<SimilarCheck> check, Optional<StoredQuestion> question) {
        this(check, question, List.of());
    }

    /** The trace of a look-up without a question to be stored. */
    public static SimilarTrace of(SimilarCheck check) {
        return new SimilarTrace(Optional.of(check), Optional.empty());
    }

    /** The same trace with another gate, if a similar question was looked for. */
    public SimilarTrace refusedBy(String gate) {
        return new SimilarTrace(
                check.map(before -> new SimilarCheck(gate, before.similarity(), before.guard(), Optional.empty())),
                question,
                judging);
    }

    /** The same trace with the calls to a judge. */
    public SimilarTrace with(List<Attempt> calls) {
        return new SimilarTrace(check, question, calls);
    }
}
