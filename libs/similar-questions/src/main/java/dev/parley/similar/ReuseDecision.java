package dev.parley.similar;

import dev.parley.similar.LexicalVeto.Difference;
import java.util.OptionalDouble;
import java.util.Set;

/** Whether the answer to another question is reused, for which {@code E} stands. */
public sealed interface ReuseDecision<E> {
    /** The answer to this question is reused. The guard is not asked if both normalised texts are the same. */
    record Reuse<E>(E source, double cosine, OptionalDouble guard) implements ReuseDecision<E> {}

    /**
     * No answer is reused, because of the best candidate.
     *
     * @param gate that rejected it
     * @param cosine of the best candidate; empty if there was none
     * @param differences for {@link Gate#LEXICAL}
     */
    record Refuse<E>(Gate gate, OptionalDouble cosine, OptionalDouble guard, Set<Difference> differences)
            implements ReuseDecision<E> {}

    /**
     * The gates do not permit to reuse the answer to this question, and do not forbid it: a judge may decide.
     *
     * @param text of the question
     * @param gate that rejected it
     * @param guard the guard's estimate, if it was asked
     */
    record Undecided<E>(E source, String text, Gate gate, double cosine, OptionalDouble guard)
            implements ReuseDecision<E> {}

    /** What rejects a candidate. */
    enum Gate {
        /** No question was near. */
        CANDIDATES,
        THRESHOLD,
        LEXICAL,
        GUARD
    }
}
