package dev.parley.similar;

import dev.parley.similar.Asked.Eligible;
import dev.parley.similar.Decision.Gate;
import dev.parley.similar.Decision.Refuse;
import dev.parley.similar.Decision.Reuse;
import dev.parley.similar.LexicalVeto.Difference;
import dev.parley.similar.VectorIndex.Near;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * The chain of gates. Of the stored questions nearest to a new one, the first that passes the threshold, the lexical veto and the
 * guard is reused.
 */
public final class SimilarQuestions {
    /** How many of the nearest questions are candidates. */
    public static final int CANDIDATES_MAX = 3;

    /** The least cosine of a candidate. */
    public static final double CANDIDATE_COSINE_MIN = 0.78;

    private final QuestionReader reader;
    private final Guard guard;

    public SimilarQuestions(QuestionReader reader, Guard guard) {
        this.reader = reader;
        this.guard = guard;
    }

    /**
     * Decides on candidates, the best first.
     *
     * @param texts the text of a candidate; empty if it is no longer stored
     * @param <E> what stands for a stored question
     */
    public <E> Decision<E> decide(
            Eligible asked, List<Near<E>> candidates, Function<E, Optional<String>> texts, Thresholds thresholds) {
        Optional<Refuse<E>> first = Optional.empty();
        for (Near<E> candidate : candidates) {
            Optional<Decision<E>> decision = candidate.cosine() < thresholds.cosineMin()
                    ? Optional.of(refuse(Gate.THRESHOLD, candidate, OptionalDouble.empty(), Set.of()))
                    : texts.apply(candidate.entry()).map(text -> judge(asked, candidate, text, thresholds));
            switch (decision.orElse(null)) {
                case Reuse<E> reuse -> {
                    return reuse;
                }
                case Refuse<E> refuse -> first = first.or(() -> Optional.of(refuse));
                case null -> {
                    // Removed since it was found.
                }
            }
        }
        return first.orElseGet(
                () -> new Refuse<>(Gate.CANDIDATES, OptionalDouble.empty(), OptionalDouble.empty(), Set.of()));
    }

    private <E> Decision<E> judge(Eligible asked, Near<E> candidate, String text, Thresholds thresholds) {
        Question stored = Question.of(text);
        Set<Difference> differences = LexicalVeto.of(asked.question(), stored);
        if (!differences.isEmpty()) {
            return refuse(Gate.LEXICAL, candidate, OptionalDouble.empty(), differences);
        }
        if (stored.normalised().equals(asked.question().normalised())) {
            return new Reuse<>(candidate.entry(), candidate.cosine(), OptionalDouble.empty());
        }
        float[] features = PairFeatures.of(asked, reader.reread(stored));
        double closeness = Thresholds.closeness(candidate.cosine(), PairFeatures.leastWord(features));
        if (closeness < thresholds.closenessMin()) {
            return refuse(Gate.THRESHOLD, candidate, OptionalDouble.empty(), Set.of());
        }
        OptionalDouble estimate = OptionalDouble.of(guard.score(features));
        boolean adds = LexicalVeto.adds(asked.question(), stored) + LexicalVeto.adds(stored, asked.question()) > 0;
        return estimate.getAsDouble() < thresholds.guardMin(closeness, adds)
                ? refuse(Gate.GUARD, candidate, estimate, Set.of())
                : new Reuse<>(candidate.entry(), candidate.cosine(), estimate);
    }

    private static <E> Refuse<E> refuse(
            Gate gate, Near<E> candidate, OptionalDouble guard, Set<Difference> differences) {
        return new Refuse<>(gate, OptionalDouble.of(candidate.cosine()), guard, differences);
    }
}
