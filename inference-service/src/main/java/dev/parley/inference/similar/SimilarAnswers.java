package dev.parley.inference.similar;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.inference.generation.SimilarTrace;
import dev.parley.inference.routing.SimilarLookup.Result;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.similar.Asked.Eligible;
import dev.parley.similar.Asked.Ineligible;
import dev.parley.similar.Decision;
import dev.parley.similar.Decision.Refuse;
import dev.parley.similar.Decision.Reuse;
import dev.parley.similar.LexicalVeto.Difference;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Finds the answers to similar questions. Blocks for the store and for the model. Owned by one thread. */
final class SimilarAnswers {
    private final QuestionReader reader;
    private final SimilarQuestions gates;
    private final QuestionPartitions partitions;
    private final QuestionStore store;
    private final AnswerCache answers;

    SimilarAnswers(
            QuestionReader reader,
            SimilarQuestions gates,
            QuestionPartitions partitions,
            QuestionStore store,
            AnswerCache answers) {
        this.reader = reader;
        this.gates = gates;
        this.partitions = partitions;
        this.store = store;
        this.answers = answers;
    }

    /**
     * Looks for the answer to a similar question.
     *
     * @throws dev.parley.answercache.CacheUnavailableException if the store does not respond
     */
    Result find(ChatRequested requested, SimilarQuestion question) {
        return switch (reader.read(question.text())) {
            case Ineligible(var reason) -> new NotReused(SimilarTrace.of(refused("ineligible:" + lower(reason))));
            case Eligible eligible -> find(requested, question, eligible);
        };
    }

    private Result find(ChatRequested requested, SimilarQuestion question, Eligible asked) {
        VectorIndex<KeptQuestion> index =
                partitions.upToDate(new QuestionPartition(requested.tenant(), question.partition(), reader.model()));
        Decision<KeptQuestion> decision = gates.decide(
                asked,
                index.nearest(asked.vector(), SimilarQuestions.CANDIDATES_MAX, SimilarQuestions.CANDIDATE_COSINE_MIN),
                kept -> store.text(new AnswerKey(requested.tenant(), kept.answer())),
                thresholds(question.mode()));
        StoredQuestion stored = new StoredQuestion(
                question.partition(),
                reader.model(),
                question.text(),
                asked.vector().values());
        return switch (decision) {
            case Reuse<KeptQuestion> reuse -> reuse(requested, reuse, stored);
            case Refuse<KeptQuestion> refuse ->
                new NotReused(new SimilarTrace(Optional.of(check(refuse)), Optional.of(stored)));
        };
    }

    private Result reuse(ChatRequested requested, Reuse<KeptQuestion> reuse, StoredQuestion stored) {
        Optional<CachedAnswer> answer =
                answers.find(new AnswerKey(requested.tenant(), reuse.source().answer()));
        if (answer.isEmpty()) {
            return new NotReused(new SimilarTrace(Optional.of(refused("answer-gone")), Optional.of(stored)));
        }
        SimilarCheck check = new SimilarCheck(
                SimilarCheck.REUSED,
                rounded(OptionalDouble.of(reuse.cosine())),
                rounded(reuse.guard()),
                Optional.of(reuse.source().generation()));
        return new Reused(answer.get(), SimilarTrace.of(check));
    }

    private static SimilarCheck check(Refuse<KeptQuestion> refuse) {
        String gate = lower(refuse.gate());
        Set<Difference> differences = refuse.differences();
        return new SimilarCheck(
                differences.isEmpty()
                        ? gate
                        : gate + ":" + lower(differences.iterator().next()),
                rounded(refuse.cosine()),
                rounded(refuse.guard()),
                Optional.empty());
    }

    static SimilarCheck refused(String gate) {
        return new SimilarCheck(gate, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Thresholds thresholds(SimilarMode mode) {
        return switch (mode) {
            case STANDARD -> Thresholds.STANDARD;
            case STRICT, OFF -> Thresholds.STRICT;
        };
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Double> rounded(OptionalDouble score) {
        return score.isEmpty() ? Optional.empty() : Optional.of(Math.round(score.getAsDouble() * 1e4) / 1e4);
    }
}
