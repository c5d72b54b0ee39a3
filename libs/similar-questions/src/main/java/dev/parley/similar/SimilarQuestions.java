package dev.parley.similar;

import dev.parley.similar.LexicalVeto.Difference;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReuseDecision.Gate;
import dev.parley.similar.ReuseDecision.Refuse;
import dev.parley.similar.ReuseDecision.Reuse;
import dev.parley.similar.ReuseDecision.Undecided;
import dev.parley.similar.VectorIndex.Near;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The chain of gates. Of the stored questions nearest to a new one, the first that passes the threshold, the lexical veto and the
 * guard is reused. If there is none, a judge may decide on the first that passes the lexical veto.
 */
public final class SimilarQuestions {
    /** How many of the nearest questions that are still stored are candidates. */
    public static final int CANDIDATES_MAX = 3;

    /** How many of the nearest questions are looked up, because some may not be stored any more. */
    public static final int NEAREST_MAX = 12;

    private final QuestionReader reader;
    private final Guard guard;

    public SimilarQuestions(QuestionReader reader, Guard guard) {
        this.reader = reader;
        this.guard = guard;
    }

    /**
     * Decides on the first {@value #CANDIDATES_MAX} of the nearest questions that are still stored. The best is first.
     *
     * @param texts of questions, empty for one that is not stored any more; not asked below {@link Thresholds#comparedMin}
     */
    public <E> ReuseDecision<E> decide(
            Eligible asked, List<Near<E>> nearest, Function<E, Optional<String>> texts, Thresholds thresholds) {
        return decide(asked, nearest, texts, thresholds, _ -> {});
    }

    /**
     * The same.
     *
     * @param steps is told each step that has ended
     */
    public <E> ReuseDecision<E> decide(
            Eligible asked,
            List<Near<E>> nearest,
            Function<E, Optional<String>> texts,
            Thresholds thresholds,
            Consumer<LookupStep> steps) {
        Optional<ReuseDecision<E>> undecided = Optional.empty();
        Optional<ReuseDecision<E>> refused = Optional.empty();
        int candidates = 0;
        for (Near<E> candidate : nearest) {
            if (candidates == CANDIDATES_MAX) {
                break;
            }
            Optional<ReuseDecision<E>> decision = candidate.cosine() >= thresholds.comparedMin()
                    ? texts.apply(candidate.entry()).map(text -> compare(asked, candidate, text, thresholds, steps))
                    : Optional.of(refuse(Gate.THRESHOLD, candidate, OptionalDouble.empty(), Set.of()));
            candidates += decision.isPresent() ? 1 : 0;
            switch (decision.orElse(null)) {
                case Reuse<E> reuse -> {
                    return reuse;
                }
                case Undecided<E> _ -> undecided = undecided.or(() -> decision);
                case Refuse<E> _ -> refused = refused.or(() -> decision);
                case null -> {
                    // Removed since it was found.
                }
            }
        }
        Optional<ReuseDecision<E>> first = refused;
        return undecided
                .or(() -> first)
                .orElseGet(
                        () -> new Refuse<>(Gate.CANDIDATES, OptionalDouble.empty(), OptionalDouble.empty(), Set.of()));
    }

    private <E> ReuseDecision<E> compare(
            Eligible asked, Near<E> candidate, String text, Thresholds thresholds, Consumer<LookupStep> steps) {
        QuestionFeatures stored = QuestionFeatures.of(text);
        Set<Difference> differences = LexicalVeto.of(asked.question(), stored);
        steps.accept(LookupStep.LEXICAL);
        if (!differences.isEmpty()) {
            return refuse(Gate.LEXICAL, candidate, OptionalDouble.empty(), differences);
        }
        if (candidate.cosine() < thresholds.cosineMin()) {
            return miss(Gate.THRESHOLD, candidate, text, OptionalDouble.empty(), thresholds);
        }
        if (stored.normalised().equals(asked.question().normalised())) {
            return new Reuse<>(candidate.entry(), candidate.cosine(), OptionalDouble.empty());
        }
        double estimate = estimate(asked, stored, candidate.cosine(), thresholds.guardMin(), steps);
        return estimate < thresholds.guardMin()
                ? miss(Gate.GUARD, candidate, text, OptionalDouble.of(estimate), thresholds)
                : new Reuse<>(candidate.entry(), candidate.cosine(), OptionalDouble.of(estimate));
    }

    /** The guard's estimate. It is 0 for a text that is too long for the guard, whose vectors would take milliseconds for nothing. */
    private double estimate(
            Eligible asked, QuestionFeatures stored, double cosine, double enough, Consumer<LookupStep> steps) {
        if (Guard.isTooLong(asked.embedding().pieces()) || Guard.isTooLong(reader.pieces(stored))) {
            return 0;
        }
        Eligible reread = reader.reread(stored);
        steps.accept(LookupStep.STORED_EMBEDDING);
        return guard.estimate(asked, reread, cosine, enough, steps);
    }

    /** A candidate that misses a threshold is left to the judge, if there is one. */
    private static <E> ReuseDecision<E> miss(
            Gate gate, Near<E> candidate, String text, OptionalDouble guard, Thresholds thresholds) {
        return thresholds.judged()
                ? new Undecided<>(candidate.entry(), text, gate, candidate.cosine(), guard)
                : refuse(gate, candidate, guard, Set.of());
    }

    private static <E> Refuse<E> refuse(
            Gate gate, Near<E> candidate, OptionalDouble guard, Set<Difference> differences) {
        return new Refuse<>(gate, OptionalDouble.of(candidate.cosine()), guard, differences);
    }
}
