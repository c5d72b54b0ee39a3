package dev.parley.inference.similar;

import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Wording;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.judging.SimilarTrace;
import java.util.Optional;
import java.util.Set;

/**
 * What a judge is asked.
 *
 * @param generation for which it is asked
 * @param wording of the new question
 * @param conversations of both questions
 * @param asked the new question, to be stored if Claude answers it
 * @param source the stored question
 * @param sourceText its text
 * @param answer the text of its answer
 * @param check the scores of the gates
 */
record JudgeCase(
        GenerationId generation,
        Wording wording,
        Set<ConversationKey> conversations,
        StoredQuestion asked,
        AnsweredQuestion source,
        String sourceText,
        String answer,
        SimilarCheck check) {
    /** Names the pair of questions. */
    Pair pair() {
        return new Pair(wording, source);
    }

    record Pair(Wording wording, AnsweredQuestion source) {}

    Traces traces() {
        return new Traces(asked, source.generation(), check);
    }

    /** What verdicts leave behind. Without the answer, because a generation holds it until it ends. */
    record Traces(StoredQuestion asked, GenerationId source, SimilarCheck check) {
        SimilarTrace of(JudgeVerdict verdict) {
            return new SimilarTrace(
                    Optional.of(new SimilarCheck(
                            verdict.gate(),
                            check.similarity(),
                            check.guard(),
                            verdict == JudgeVerdict.YES ? Optional.of(source) : Optional.empty())),
                    Optional.of(asked));
        }
    }
}
