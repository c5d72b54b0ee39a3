package dev.parley.inference.similar;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.Verdicts;
import dev.parley.answercache.Wording;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.inference.generation.JudgedAnswer;
import dev.parley.inference.generation.SimilarTrace;
import dev.parley.inference.routing.SimilarLookup.Result;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.similar.Asked.Eligible;
import dev.parley.similar.Asked.Ineligible;
import dev.parley.similar.Decision;
import dev.parley.similar.Decision.Refuse;
import dev.parley.similar.Decision.Reuse;
import dev.parley.similar.Decision.Undecided;
import dev.parley.similar.LexicalVeto.Difference;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex;
import dev.parley.similar.VectorIndex.Near;
import java.util.List;
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
    private final Optional<Judge> judge;
    private final Optional<Audit> audit;

    SimilarAnswers(
            QuestionReader reader,
            SimilarQuestions gates,
            QuestionPartitions partitions,
            QuestionStore store,
            AnswerCache answers,
            Optional<Judge> judge,
            Optional<Audit> audit) {
        this.reader = reader;
        this.gates = gates;
        this.partitions = partitions;
        this.store = store;
        this.answers = answers;
        this.judge = judge;
        this.audit = audit;
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
        QuestionPartition partition = new QuestionPartition(requested.tenant(), question.partition(), reader.model());
        StoredQuestion stored = new StoredQuestion(
                question.partition(),
                reader.model(),
                question.text(),
                asked.vector().values());
        if (audit.isPresent() && !audit.get().permits(partition)) {
            return new NotReused(new SimilarTrace(Optional.of(refused("audit")), Optional.of(stored)));
        }
        boolean judged = question.mode().asksJudge();
        VectorIndex<KeptQuestion> index = partitions.upToDate(partition);
        List<Near<KeptQuestion>> near =
                index.nearest(asked.vector(), SimilarQuestions.CANDIDATES_MAX, SimilarQuestions.CANDIDATE_COSINE_MIN);
        Wording wording = Wording.of(partition, asked.question().normalised());
        Verdicts verdicts = judged || !near.isEmpty() ? store.verdicts(wording) : Verdicts.NONE;
        Optional<Result> known = judged
                ? verdicts.permitted().flatMap(source -> permitted(requested, source, near, stored, wording))
                : Optional.empty();
        Result result = known.orElseGet(() -> decide(requested, question, asked, stored, wording, near, verdicts));
        if (result instanceof Reused reused) {
            near.stream()
                    .map(Near::entry)
                    .filter(entry -> reused.trace()
                            .check()
                            .flatMap(SimilarCheck::source)
                            .filter(entry.generation()::equals)
                            .isPresent())
                    .forEach(index::used);
        }
        return result;
    }

    /** The answer that a judge has permitted for this wording. */
    private Optional<Result> permitted(
            ChatRequested requested,
            KeptQuestion source,
            List<Near<KeptQuestion>> near,
            StoredQuestion stored,
            Wording wording) {
        OptionalDouble cosine = near.stream()
                .filter(candidate -> candidate.entry().equals(source))
                .mapToDouble(Near::cosine)
                .findFirst();
        SimilarCheck check = SimilarCheck.of(
                SimilarCheck.REUSED_BY_ALIAS, cosine, OptionalDouble.empty(), Optional.of(source.generation()));
        return answer(requested, source)
                .map(answer -> new Reused(
                        answer, SimilarTrace.of(check), () -> used(requested, source, answer, stored, wording, check)));
    }

    private Result decide(
            ChatRequested requested,
            SimilarQuestion question,
            Eligible asked,
            StoredQuestion stored,
            Wording wording,
            List<Near<KeptQuestion>> near,
            Verdicts verdicts) {
        List<Near<KeptQuestion>> candidates = near.stream()
                .filter(candidate ->
                        !verdicts.vetoed().contains(candidate.entry().answer()))
                .toList();
        if (candidates.isEmpty() && !near.isEmpty()) {
            return new NotReused(new SimilarTrace(Optional.of(refused("vetoed")), Optional.of(stored)));
        }
        Decision<KeptQuestion> decision = gates.decide(
                asked,
                candidates,
                kept -> store.text(new AnswerKey(requested.tenant(), kept.answer())),
                thresholds(question.mode()));
        return switch (decision) {
            case Reuse<KeptQuestion> reuse -> reuse(requested, reuse, stored, wording);
            case Undecided<KeptQuestion> undecided -> ask(requested, undecided, stored, wording);
            case Refuse<KeptQuestion> refuse ->
                new NotReused(new SimilarTrace(Optional.of(check(refuse)), Optional.of(stored)));
        };
    }

    private Optional<CachedAnswer> answer(ChatRequested requested, KeptQuestion source) {
        return answers.find(new AnswerKey(requested.tenant(), source.answer()));
    }

    private Result reuse(ChatRequested requested, Reuse<KeptQuestion> reuse, StoredQuestion stored, Wording wording) {
        SimilarCheck check = SimilarCheck.of(
                SimilarCheck.REUSED,
                OptionalDouble.of(reuse.cosine()),
                reuse.guard(),
                Optional.of(reuse.source().generation()));
        return answer(requested, reuse.source())
                .<Result>map(answer -> new Reused(
                        answer,
                        SimilarTrace.of(check),
                        () -> used(requested, reuse.source(), answer, stored, wording, check)))
                .orElseGet(() -> answerGone(stored));
    }

    private void used(
            ChatRequested requested,
            KeptQuestion source,
            CachedAnswer answer,
            StoredQuestion stored,
            Wording wording,
            SimilarCheck check) {
        store.reused(requested.generation(), wording, source.answer());
        audit.ifPresent(audits -> audits.reused(
                requested.generation(),
                () -> store.text(new AnswerKey(requested.tenant(), source.answer()))
                        .map(text -> toJudge(requested, source, text, answer, stored, wording, check))));
    }

    private static JudgeCase toJudge(
            ChatRequested requested,
            KeptQuestion source,
            String sourceText,
            CachedAnswer answer,
            StoredQuestion stored,
            Wording wording,
            SimilarCheck check) {
        return new JudgeCase(
                requested.generation(),
                wording,
                new ConversationKey(requested.tenant(), requested.conversation()),
                stored,
                source,
                sourceText,
                JudgePrompt.text(answer.message()),
                check);
    }

    private Result ask(
            ChatRequested requested, Undecided<KeptQuestion> undecided, StoredQuestion stored, Wording wording) {
        SimilarCheck check = SimilarCheck.of(
                lower(undecided.gate()), OptionalDouble.of(undecided.cosine()), undecided.guard(), Optional.empty());
        SimilarTrace trace = new SimilarTrace(Optional.of(check), Optional.of(stored));
        if (judge.isEmpty()) {
            return new NotReused(trace);
        }
        return answer(requested, undecided.source())
                .<Result>map(answer -> {
                    JudgeCase toJudge =
                            toJudge(requested, undecided.source(), undecided.text(), answer, stored, wording, check);
                    return new Result.Undecided(
                            new JudgedAnswer(
                                    answer,
                                    () -> judge.get().start(toJudge),
                                    () -> store.reused(
                                            requested.generation(),
                                            wording,
                                            undecided.source().answer())),
                            trace);
                })
                .orElseGet(() -> answerGone(stored));
    }

    private static Result answerGone(StoredQuestion stored) {
        return new NotReused(new SimilarTrace(Optional.of(refused("answer-gone")), Optional.of(stored)));
    }

    private static SimilarCheck check(Refuse<KeptQuestion> refuse) {
        String gate = lower(refuse.gate());
        Set<Difference> differences = refuse.differences();
        return SimilarCheck.of(
                differences.isEmpty()
                        ? gate
                        : gate + ":" + lower(differences.iterator().next()),
                refuse.cosine(),
                refuse.guard(),
                Optional.empty());
    }

    static SimilarCheck refused(String gate) {
        return new SimilarCheck(gate, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Thresholds thresholds(SimilarMode mode) {
        return switch (mode) {
            case STANDARD -> Thresholds.STANDARD;
            case JUDGED, HEDGED -> Thresholds.JUDGED;
            case STRICT, OFF -> Thresholds.STRICT;
        };
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
