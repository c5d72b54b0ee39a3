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
 * @param judging the known calls to a judge, without their prices
 * @param allKnown whether these are all
 */
public record SimilarTrace(
        Optional<SimilarCheck> check, Optional<StoredQuestion> question, List<Attempt> judging, boolean allKnown) {
    public static final SimilarTrace NONE = new SimilarTrace(Optional.empty(), Optional.empty());

    public SimilarTrace {
        judging = List.copyOf(judging);
    }

    /** The trace of a look-up without a judge. */
    public SimilarTrace(Optional<SimilarCheck> check, Optional<StoredQuestion> question) {
        this(check, question, List.of(), true);
    }

    /** The trace of an earlier owner, which has put the calls to Claude on the log, but none to a judge. */
    static SimilarTrace onTheLog(Optional<SimilarCheck> check) {
        boolean judged = check.map(SimilarCheck::gate)
                .filter(gate -> gate.startsWith(Judging.GATE) || gate.equals(SimilarCheck.REUSED_BY_JUDGE))
                .isPresent();
        return new SimilarTrace(check, Optional.empty(), List.of(), !judged);
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
                judging,
                allKnown);
    }

    /** The same trace with the calls to a judge. */
    public SimilarTrace with(List<Attempt> calls) {
        return new SimilarTrace(check, question, calls, true);
    }
}
