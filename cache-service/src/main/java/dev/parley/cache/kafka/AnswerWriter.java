package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.cache.kafka.TurnListener.Outcome;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes answers to Redis, with their questions, unless their conversations have been deleted. */
final class AnswerWriter {
    /** A turn, what is to be written for it, and the question that is stored with a new answer. */
    record PendingWrite(TurnFacts facts, CacheWrite write, Optional<StoredQuestion> question) {
        boolean isNew() {
            return write.answer().isPresent();
        }
    }

    private final AnswerCache cache;
    private final QuestionStore questions;
    private final Timer timer;
    private final CacheSpans spans;
    private final Clock clock;

    AnswerWriter(AnswerCache cache, QuestionStore questions, MeterRegistry registry, CacheSpans spans, Clock clock) {
        this.cache = cache;
        this.questions = questions;
        this.timer = Timer.builder("parley.cache.keep")
                .description("Writing the answers of a batch to Redis")
                .register(registry);
        this.spans = spans;
        this.clock = clock;
    }

    /** Writes answers, in two round trips to Redis for all of them, and those for their questions. */
    List<Outcome> write(List<PendingWrite> pending) {
        List<Outcome> outcomes = new ArrayList<>();
        Set<GenerationId> deleted =
                cache.deleted(pending.stream().map(PendingWrite::write).toList());
        List<PendingWrite> live = pending.stream()
                .filter(answer -> !deleted.contains(answer.facts().generation()))
                .toList();
        List<PendingWrite> added = live.stream().filter(PendingWrite::isNew).toList();
        added.forEach(answer -> writeQuestion(answer, outcomes));
        Instant begun = clock.instant();
        timer.record(() -> cache.put(live.stream().map(PendingWrite::write).toList()));
        Instant ended = clock.instant();
        for (PendingWrite answer : added) {
            spans.kept(answer.facts(), begun, ended);
            outcomes.add(Outcome.KEPT);
        }
        pending.stream()
                .filter(answer ->
                        answer.isNew() && deleted.contains(answer.facts().generation()))
                .forEach(_ -> outcomes.add(Outcome.DELETED));
        return outcomes;
    }

    /**
     * Before the answer, so that similar questions find an answer as soon as the same one does. The answer to a request that was
     * not looked up may take the place of an earlier one, whose question is removed.
     */
    private void writeQuestion(PendingWrite answer, List<Outcome> outcomes) {
        if (answer.question().isEmpty()) {
            if (answer.facts().cache() == CacheVerdict.BYPASS) {
                questions.remove(answer.write().key());
            }
            return;
        }
        StoredQuestion question = answer.question().get();
        questions.put(
                new QuestionPartition(answer.facts().tenant(), question.partition(), question.model()),
                answer.write().conversation(),
                new AnsweredQuestion(
                        answer.facts().fingerprint(), answer.facts().generation()),
                question.text(),
                question.vector(),
                answer.write().remaining());
        outcomes.add(Outcome.QUESTION_KEPT);
    }
}
