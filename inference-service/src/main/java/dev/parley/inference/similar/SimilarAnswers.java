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
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.JudgedAnswer;
import dev.parley.inference.generation.SimilarTrace;
import dev.parley.inference.routing.SimilarLookup.Result;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.similar.Asked.Eligible;
import dev.parley.similar.Asked.Ineligible;
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
    /** Removed since its question was found. */
    private static final SimilarCheck ANSWER_GONE = refused("answer-gone");

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
        Search search = new Search(
                requested, stored, Wording.of(partition, asked.question().wording()));
        if (audit.isPresent() && !audit.get().permits(partition)) {
            return search.notReused(refused("audit"));
        }
        boolean judged = question.mode().asksJudge();
        VectorIndex<KeptQuestion> index = partitions.upToDate(partition);
        List<Near<KeptQuestion>> near =
                index.nearest(asked.vector(), SimilarQuestions.CANDIDATES_MAX, SimilarQuestions.CANDIDATE_COSINE_MIN);
        Verdicts verdicts = judged || !near.isEmpty() ? store.verdicts(search.wording()) : Verdicts.NONE;
        Optional<Result> known =
                judged ? verdicts.permitted().flatMap(source -> permitted(search, source, near)) : Optional.empty();
        Result result = known.orElseGet(() -> decide(search, question.mode(), asked, near, verdicts));
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
    private Optional<Result> permitted(Search search, KeptQuestion source, List<Near<KeptQuestion>> near) {
        OptionalDouble cosine = near.stream()
                .filter(candidate -> candidate.entry().equals(source))
                .mapToDouble(Near::cosine)
                .findFirst();
        return reused(
                search,
                source,
                SimilarCheck.of(
                        SimilarCheck.REUSED_BY_ALIAS,
                        cosine,
                        OptionalDouble.empty(),
                        Optional.of(source.generation())));
    }

    private Result decide(
            Search search, SimilarMode mode, Eligible asked, List<Near<KeptQuestion>> near, Verdicts verdicts) {
        List<Near<KeptQuestion>> candidates = near.stream()
                .filter(candidate ->
                        !verdicts.vetoed().contains(candidate.entry().answer()))
                .toList();
        if (candidates.isEmpty() && !near.isEmpty()) {
            return search.notReused(refused("vetoed"));
        }
        return switch (gates.decide(asked, candidates, kept -> store.text(search.answer(kept)), thresholds(mode))) {
            case Reuse<KeptQuestion>(var source, var cosine, var guard) ->
                reused(
                                search,
                                source,
                                SimilarCheck.of(
                                        SimilarCheck.REUSED,
                                        OptionalDouble.of(cosine),
                                        guard,
                                        Optional.of(source.generation())))
                        .orElseGet(() -> search.notReused(ANSWER_GONE));
            case Undecided<KeptQuestion> undecided -> ask(search, undecided);
            case Refuse<KeptQuestion> refuse -> search.notReused(check(refuse));
        };
    }

    /** The answer to a stored question; empty if it is gone. */
    private Optional<Result> reused(Search search, KeptQuestion source, SimilarCheck check) {
        return answers.find(search.answer(source))
                .map(answer -> new Reused(answer, SimilarTrace.of(check), () -> used(search, source, answer, check)));
    }

    private void used(Search search, KeptQuestion source, CachedAnswer answer, SimilarCheck check) {
        GenerationId generation = search.requested().generation();
        store.reused(generation, search.wording(), source.answer());
        audit.ifPresent(audits -> audits.reused(
                generation,
                () -> store.text(search.answer(source)).map(text -> search.toJudge(source, text, answer, check))));
    }

    private Result ask(Search search, Undecided<KeptQuestion> undecided) {
        SimilarCheck check = SimilarCheck.of(
                lower(undecided.gate()), OptionalDouble.of(undecided.cosine()), undecided.guard(), Optional.empty());
        if (judge.isEmpty()) {
            return search.notReused(check);
        }
        KeptQuestion source = undecided.source();
        return answers.find(search.answer(source))
                .<Result>map(answer -> {
                    JudgeCase toJudge = search.toJudge(source, undecided.text(), answer, check);
                    return new Result.Undecided(
                            new JudgedAnswer(
                                    answer,
                                    () -> judge.get().start(toJudge),
                                    () -> store.reused(
                                            search.requested().generation(), search.wording(), source.answer())),
                            search.trace(check));
                })
                .orElseGet(() -> search.notReused(ANSWER_GONE));
    }

    /** One look-up: a request, its question in the form to be stored, and the wording that verdicts are kept by. */
    private record Search(ChatRequested requested, StoredQuestion stored, Wording wording) {
        AnswerKey answer(KeptQuestion source) {
            return new AnswerKey(requested.tenant(), source.answer());
        }

        SimilarTrace trace(SimilarCheck check) {
            return new SimilarTrace(Optional.of(check), Optional.of(stored));
        }

        Result notReused(SimilarCheck check) {
            return new NotReused(trace(check));
        }

        JudgeCase toJudge(KeptQuestion source, String sourceText, CachedAnswer answer, SimilarCheck check) {
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
