package dev.parley.inference.similar;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Candidates;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Origin;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.Wording;
import dev.parley.contracts.BoundedMap;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.routing.AnswerLookup;
import dev.parley.inference.routing.SimilarLookup.Result;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.inference.similar.QuestionPartitions.Loaded;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReadQuestion.Ineligible;
import dev.parley.similar.ReuseDecision;
import dev.parley.similar.ReuseDecision.Refuse;
import dev.parley.similar.ReuseDecision.Undecided;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex.Near;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the answers to similar questions: by what the gates chose for the same text before, else by what a judge has permitted for
 * the wording, else by the gates, else by a judge. Blocks for the store and for the model. Thread-safe.
 */
final class SimilarAnswers {
    /** Reads the store beside the model's work. At most three reads for each look-up. */
    private static final Executor BESIDE = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("similar-store-", 0).factory());

    /** Some 2 KB each. */
    private static final int REUSES_MAX = 1_024;

    private final QuestionReader reader;
    private final SimilarQuestions gates;
    private final QuestionPartitions partitions;
    private final QuestionStore store;
    private final AnswerCache answers;
    private final AnswerLookup lookup;
    private final Optional<Judge> judge;
    private final Optional<Audit> audit;

    /** What the gates chose last: a popular wording is asked again, and the model takes milliseconds to choose the same. */
    private final Map<Asked, Reuse> reuses = Collections.synchronizedMap(BoundedMap.ofLastUsed(REUSES_MAX));

    /**
     * @param answers read while it searches
     * @param lookup reads an answer again that a judge has permitted, within a bounded time
     */
    SimilarAnswers(
            QuestionReader reader,
            SimilarQuestions gates,
            QuestionPartitions partitions,
            QuestionStore store,
            AnswerCache answers,
            AnswerLookup lookup,
            Optional<Judge> judge,
            Optional<Audit> audit) {
        this.reader = reader;
        this.gates = gates;
        this.partitions = partitions;
        this.store = store;
        this.answers = answers;
        this.lookup = lookup;
        this.judge = judge;
        this.audit = audit;
    }

    /**
     * Looks for the answer to a similar question. Fails if the store does not respond.
     *
     * @param computed is told the question as it is to be stored, before the search for others
     */
    Result find(ChatRequested requested, SimilarQuestion question, Consumer<StoredQuestion> computed) {
        QuestionPartition partition = new QuestionPartition(requested.tenant(), question.partition(), reader.model());
        Asked asked = new Asked(partition, thresholds(question), question.text());
        return Optional.ofNullable(reuses.get(asked))
                .filter(_ -> permits(partition))
                .flatMap(reuse -> again(requested, asked, reuse, computed))
                .orElseGet(() -> search(requested, question.mode(), asked, computed));
    }

    private Optional<Result> again(
            ChatRequested requested, Asked asked, Reuse reuse, Consumer<StoredQuestion> computed) {
        computed.accept(reuse.question);
        return new Search(requested, asked, reuse.wording, reuse.question).again(reuse);
    }

    private Result search(ChatRequested requested, SimilarMode mode, Asked asked, Consumer<StoredQuestion> computed) {
        CompletableFuture<Optional<Loaded>> partition = new CompletableFuture<>();
        return switch (reader.read(asked.text, _ -> {}, () -> readBeside(partition, asked.partition))) {
            case Ineligible(var reason) ->
                new NotReused(SimilarTrace.of(refused(SimilarCheck.INELIGIBLE + lower(reason))));
            case Eligible eligible -> {
                Wording wording =
                        Wording.of(asked.partition, eligible.question().wording());
                StoredQuestion stored = new StoredQuestion(
                        asked.partition.same(),
                        asked.partition.model(),
                        asked.text,
                        eligible.vector().values());
                computed.accept(stored);
                Search search = new Search(requested, asked, wording, stored);
                yield joined(partition)
                        .map(read -> search.find(eligible, mode, read))
                        .orElseGet(() -> search.notReused(refused(SimilarCheck.AUDIT)));
            }
        };
    }

    /** Completes with nothing for a partition that the audit has turned off. */
    private void readBeside(CompletableFuture<Optional<Loaded>> read, QuestionPartition partition) {
        read.completeAsync(
                () -> permits(partition) ? Optional.of(partitions.refreshed(partition)) : Optional.empty(), BESIDE);
    }

    private boolean permits(QuestionPartition partition) {
        return audit.isEmpty() || audit.get().permits(partition);
    }

    /** The result of a read of the store. Fails like it. */
    private static <T> T joined(CompletableFuture<T> read) {
        try {
            return read.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** A question, and the thresholds for its request. With another of the same, an answer passes the same gates. */
    private record Asked(QuestionPartition partition, Thresholds thresholds, String text) {}

    /**
     * The answer that the gates chose for a question.
     *
     * @param question as it would be stored
     */
    private record Reuse(Wording wording, StoredQuestion question, AnsweredQuestion source, SimilarCheck check) {}

    /** One search, in the order of its steps. */
    private final class Search {
        private final ChatRequested requested;
        private final Asked asked;
        private final Wording wording;
        private final StoredQuestion stored;
        /** How many chosen questions had no answer. */
        private int unanswered;
        /** How many questions before these were decided against. */
        private int refused;

        /** The answers that are read before their questions are chosen. */
        private final Map<AnsweredQuestion, CompletableFuture<Optional<CacheEntry>>> ahead = new HashMap<>();

        private Search(ChatRequested requested, Asked asked, Wording wording, StoredQuestion stored) {
            this.requested = requested;
            this.asked = asked;
            this.wording = wording;
            this.stored = stored;
        }

        /** Empty if the answer is gone, or must not be reused any more. */
        private Optional<Result> again(Reuse reuse) {
            readAhead(reuse.source);
            AnswerKey key = key(reuse.source);
            boolean serves = store.candidates(wording, Set.of(key)).serves(key);
            Optional<CacheEntry> answer = serves ? answer(reuse.source) : Optional.empty();
            if (answer.isEmpty()) {
                reuses.remove(asked, reuse);
            }
            return answer.map(kept -> reused(reuse.source, kept, reuse.check));
        }

        private Result find(Eligible eligible, SimilarMode mode, Loaded partition) {
            List<Near<AnsweredQuestion>> near = partitions.nearest(
                    partition, eligible.vector(), SimilarQuestions.NEAREST_MAX, asked.thresholds.candidateMin());
            Optional<AnsweredQuestion> permitted = mode.asksJudge() ? store.permitted(wording) : Optional.empty();
            return permitted
                    .flatMap(source -> byAlias(source, near))
                    .orElseGet(() -> byGates(eligible, near, candidates(near)));
        }

        /** The answer that a judge has permitted for this wording; empty if it is gone. */
        private Optional<Result> byAlias(AnsweredQuestion source, List<Near<AnsweredQuestion>> near) {
            OptionalDouble cosine = near.stream()
                    .filter(candidate -> candidate.entry().equals(source))
                    .mapToDouble(Near::cosine)
                    .findFirst();
            return answer(source)
                    .map(kept -> reused(
                            source, kept, check(source, SimilarCheck.REUSED_BY_ALIAS, cosine, OptionalDouble.empty())));
        }

        /** What is stored of the near questions. Those that are not stored any more are dropped. */
        private Candidates candidates(List<Near<AnsweredQuestion>> near) {
            Candidates stored = store.candidates(
                    wording,
                    near.stream().map(question -> key(question.entry())).collect(Collectors.toSet()));
            near.stream()
                    .map(Near::entry)
                    .filter(question -> !stored.texts().containsKey(key(question)))
                    .forEach(gone -> partitions.remove(wording.partition(), gone));
            return stored;
        }

        private Result byGates(Eligible eligible, List<Near<AnsweredQuestion>> near, Candidates stored) {
            List<Near<AnsweredQuestion>> candidates = near.stream()
                    .filter(question -> stored.texts().containsKey(key(question.entry())))
                    .limit(SimilarQuestions.CANDIDATES_MAX - refused)
                    .toList();
            List<Near<AnsweredQuestion>> left = candidates.stream()
                    .filter(candidate -> stored.serves(key(candidate.entry())))
                    .toList();
            if (left.isEmpty() && !candidates.isEmpty()) {
                return notReused(refused(SimilarCheck.VETOED, candidates.getFirst()));
            }
            if (unanswered == 0 && !left.isEmpty() && left.getFirst().cosine() >= asked.thresholds.cosineMin()) {
                readAhead(left.getFirst().entry());
            }
            return switch (gates.decide(
                    eligible, left, kept -> Optional.ofNullable(stored.texts().get(key(kept))), asked.thresholds)) {
                case ReuseDecision.Reuse<AnsweredQuestion>(var source, var cosine, var guard) ->
                    answer(source)
                            .map(kept -> {
                                SimilarCheck check =
                                        check(source, SimilarCheck.REUSED, OptionalDouble.of(cosine), guard);
                                remember(new Reuse(wording, this.stored, source, check));
                                return reused(source, kept, check);
                            })
                            .orElseGet(() -> withoutAnswer(eligible, source, near, stored));
                case Undecided<AnsweredQuestion> undecided -> byJudge(eligible, undecided, near, stored);
                case Refuse<AnsweredQuestion> refuse -> notReused(check(refuse));
            };
        }

        /** Not if it took the place of one whose answer may be stored in a moment. */
        private void remember(Reuse reuse) {
            if (unanswered == 0) {
                reuses.put(asked, reuse);
            }
        }

        /**
         * Decides on the questions after a chosen one, whose answer was removed, replaced, evicted or not stored yet. With it at most
         * three are chosen, and as many are decided against, because each may take milliseconds.
         */
        private Result withoutAnswer(
                Eligible eligible, AnsweredQuestion gone, List<Near<AnsweredQuestion>> near, Candidates stored) {
            List<Near<AnsweredQuestion>> from = near.stream()
                    .dropWhile(other -> !other.entry().equals(gone))
                    .toList();
            SimilarCheck answerGone = refused(Judging.ANSWER_GONE, from.getFirst());
            List<Near<AnsweredQuestion>> others = from.subList(1, from.size());
            unanswered++;
            refused += near.size() - others.size() - 1;
            if (unanswered == SimilarQuestions.CANDIDATES_MAX || refused >= SimilarQuestions.CANDIDATES_MAX) {
                return notReused(answerGone);
            }
            Result result = byGates(eligible, others, stored);
            return result instanceof NotReused ? notReused(answerGone) : result;
        }

        private Result byJudge(
                Eligible eligible,
                Undecided<AnsweredQuestion> undecided,
                List<Near<AnsweredQuestion>> near,
                Candidates stored) {
            SimilarCheck check = SimilarCheck.of(
                    lower(undecided.gate()),
                    OptionalDouble.of(undecided.cosine()),
                    undecided.guard(),
                    Optional.empty());
            AnsweredQuestion source = undecided.source();
            Optional<CacheEntry> answer = judge.isPresent() ? answer(source) : Optional.empty();
            if (answer.isEmpty()) {
                return judge.isPresent() ? withoutAnswer(eligible, source, near, stored) : notReused(check);
            }
            JudgeCase toJudge = toJudge(source, undecided.text(), answer.get(), check);
            return new Result.Undecided(
                    new JudgedAnswer(
                            () -> judge.orElseThrow().start(toJudge),
                            () -> answerAgain(source),
                            () -> store.reused(requested.generation(), wording, source.answer())),
                    trace(check));
        }

        private Result reused(AnsweredQuestion source, CacheEntry kept, SimilarCheck check) {
            partitions.used(wording.partition(), source);
            return new Reused(kept.answer(), SimilarTrace.of(check), () -> use(source, kept, check));
        }

        private void use(AnsweredQuestion source, CacheEntry kept, SimilarCheck check) {
            GenerationId generation = requested.generation();
            store.reused(generation, wording, source.answer());
            audit.ifPresent(audits -> audits.reused(
                    requested.tenant(),
                    generation,
                    () -> store.text(key(source)).map(text -> toJudge(source, text, kept, check))));
        }

        private Result notReused(SimilarCheck check) {
            return new NotReused(trace(check));
        }

        private SimilarTrace trace(SimilarCheck check) {
            return new SimilarTrace(Optional.of(check), Optional.of(stored));
        }

        private AnswerKey key(AnsweredQuestion source) {
            return new AnswerKey(requested.tenant(), source.answer());
        }

        /** Reads the answer to the nearest question beside the gates, which take milliseconds to decide. */
        private void readAhead(AnsweredQuestion nearest) {
            ahead.put(nearest, CompletableFuture.supplyAsync(() -> read(nearest), BESIDE));
        }

        private Optional<CacheEntry> answer(AnsweredQuestion source) {
            CompletableFuture<Optional<CacheEntry>> begun = ahead.get(source);
            return begun == null ? read(source) : joined(begun);
        }

        /** The answer to a stored question. Empty if it is gone, or another generation's has taken its place. */
        private Optional<CacheEntry> read(AnsweredQuestion source) {
            return answers.find(key(source)).filter(kept -> kept.isOf(source.generation()));
        }

        /** The same at a later time, on another thread. Empty, too, if the cache does not respond. */
        private Optional<CachedAnswer> answerAgain(AnsweredQuestion source) {
            try {
                return lookup.find(key(source)) instanceof Found(var kept) && kept.isOf(source.generation())
                        ? Optional.of(kept.answer())
                        : Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        private JudgeCase toJudge(AnsweredQuestion source, String sourceText, CacheEntry kept, SimilarCheck check) {
            return new JudgeCase(
                    requested.generation(),
                    wording,
                    conversations(kept.origin()),
                    stored,
                    source,
                    sourceText,
                    JudgePrompt.text(kept.answer().message()),
                    check);
        }

        private Set<ConversationKey> conversations(Origin source) {
            return Stream.of(requested.conversation(), source.conversation())
                    .map(conversation -> new ConversationKey(requested.tenant(), conversation))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private static SimilarCheck check(
            AnsweredQuestion source, String gate, OptionalDouble cosine, OptionalDouble guard) {
        return SimilarCheck.of(gate, cosine, guard, Optional.of(source.generation()));
    }

    private static SimilarCheck check(Refuse<AnsweredQuestion> refuse) {
        String gate = switch (refuse.gate()) {
            case CANDIDATES -> SimilarCheck.CANDIDATES;
            case LEXICAL ->
                SimilarCheck.LEXICAL + lower(refuse.differences().iterator().next());
            case THRESHOLD, GUARD -> lower(refuse.gate());
        };
        return SimilarCheck.of(gate, refuse.cosine(), refuse.guard(), Optional.empty());
    }

    private static SimilarCheck refused(String gate, Near<AnsweredQuestion> candidate) {
        return SimilarCheck.of(gate, OptionalDouble.of(candidate.cosine()), OptionalDouble.empty(), Optional.empty());
    }

    static SimilarCheck refused(String gate) {
        return new SimilarCheck(gate, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Thresholds thresholds(SimilarQuestion question) {
        Thresholds usual = switch (question.mode()) {
            case STANDARD -> Thresholds.STANDARD;
            case JUDGED, HEDGED -> Thresholds.JUDGED;
            case STRICT, OFF -> Thresholds.STRICT;
        };
        return question.cosineMin()
                .map(least -> usual.withCosineMin(least.doubleValue()))
                .orElse(usual);
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
