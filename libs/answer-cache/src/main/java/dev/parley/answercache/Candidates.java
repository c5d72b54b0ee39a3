package dev.parley.answercache;

import java.util.Map;
import java.util.Set;

/**
 * Stored questions whose answers may serve a wording.
 *
 * @param texts of the questions
 * @param vetoed those of the answers that do not serve it
 */
public record Candidates(Map<AnswerKey, String> texts, Set<AnswerKey> vetoed) {
    public static final Candidates NONE = new Candidates(Map.of(), Set.of());

    public Candidates {
        texts = Map.copyOf(texts);
        vetoed = Set.copyOf(vetoed);
    }

    /** Whether the question is stored, and its answer is not vetoed. */
    public boolean serves(AnswerKey answer) {
        return texts.containsKey(answer) && !vetoed.contains(answer);
    }
}
