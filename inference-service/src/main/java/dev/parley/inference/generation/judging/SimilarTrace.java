package dev.parley.inference.generation.judging;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.inference.generation.recovery.GenerationLog;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    /** The gate of the answer to a similar question for which there is no memory. */
    public static final String CROWDED = "crowded";

    /** The gates without a call to a judge. A question that was not looked up at all has none. */
    private static final Set<String> WITHOUT_JUDGE = Set.of(
            SimilarCheck.REUSED,
            SimilarCheck.REUSED_BY_ALIAS,
            SimilarCheck.AUDIT,
            SimilarCheck.CANDIDATES,
            SimilarCheck.VETOED,
            Judging.CROWDED,
            Judging.UNSUITABLE);

    /** How others of them begin. */
    private static final Set<String> BEFORE_JUDGE = Set.of(SimilarCheck.INELIGIBLE, SimilarCheck.LEXICAL);

    public static final SimilarTrace NONE = new SimilarTrace(Optional.empty(), Optional.empty());

    public SimilarTrace {
        judging = List.copyOf(judging);
    }

    /** The trace of a look-up without a judge. */
    public SimilarTrace(Optional<SimilarCheck> check, Optional<StoredQuestion> question) {
        this(check, question, List.of(), true);
    }

    /** The trace of an earlier owner, which has put the calls to Claude on the log, but none to a judge. */
    public static SimilarTrace onTheLog(ChatRequested requested, GenerationLog log) {
        Optional<SimilarCheck> check = log.similar();
        boolean mayBeJudged = requested
                .similar()
                .filter(question -> question.mode() == SimilarMode.JUDGED || question.mode() == SimilarMode.HEDGED)
                .isPresent();
        boolean undecided =
                check.map(SimilarCheck::gate).filter(SimilarTrace::needsNoJudge).isEmpty();
        boolean isOther = log.stored()
                .filter(verdict -> verdict == CacheVerdict.EXACT || verdict == CacheVerdict.PUBLISHED)
                .isPresent();
        return new SimilarTrace(check, Optional.empty(), List.of(), isOther || !(mayBeJudged && undecided));
    }

    private static boolean needsNoJudge(String gate) {
        return WITHOUT_JUDGE.contains(gate) || BEFORE_JUDGE.stream().anyMatch(gate::startsWith);
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

    /** The same trace with {@link Judging#calls}. */
    public SimilarTrace with(Optional<List<Attempt>> calls) {
        return new SimilarTrace(check, question, calls.orElse(List.of()), calls.isPresent());
    }
}
