package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.Origin;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.cache.answer.CacheDecision.Keep;
import dev.parley.cache.answer.CacheDecision.Leave;
import dev.parley.cache.answer.CacheDecision.Reason;
import dev.parley.cache.answer.CachingPolicy;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.TurnsEvent;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.reuse.QuestionPolicy;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.spring.RecordBatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Caches the answers of turns, and removes evicted ones and those of deleted conversations. No request waits for it: while Redis
 * is down, a batch is retried, which has no other effect than once, and later answers are cached late. Malformed records are
 * skipped; persistence-worker publishes dead letters of those that it cannot read either.
 */
public final class TurnListener implements Consumer<RecordBatch> {
    /** The consumer group, as in the binding of {@code application.yaml}. */
    public static final String GROUP = "cache-service-answers";

    private static final Logger LOG = LoggerFactory.getLogger(TurnListener.class);

    /** Of answers that are stored by one command, with their unpacked frames. The last of them may exceed it. */
    private static final int TOGETHER_BYTES_MAX = 4 * 1024 * 1024;

    private static final String UNREADABLE = "unreadable";

    /** The turn of a running generation may follow the deletion of its conversation; this is longer than any generation. */
    private static final Duration LATE_TURNS = Duration.ofDays(1);

    /** The answer that an identical request was given may end later, if its owner dies. */
    private static final Duration LATE_SOURCE = Duration.ofMinutes(20);

    private final AnswerCache cache;
    private final QuestionStore questions;
    private final CachingPolicy policy;
    private final MeterRegistry registry;
    private final CacheSpans spans;
    private final Counter unreadable;
    private final Clock clock;

    public TurnListener(
            AnswerCache cache,
            QuestionStore questions,
            CachingPolicy policy,
            MeterRegistry registry,
            CacheSpans spans,
            Clock clock) {
        this.cache = cache;
        this.questions = questions;
        this.policy = policy;
        this.registry = registry;
        this.spans = spans;
        this.unreadable = DeadLetterCounter.of(registry, GROUP, Topics.TURNS);
        this.clock = clock;
    }

    /** A turn, the answer that it was given, and the question that is stored with a new answer. */
    private record GivenTurn(TurnFacts facts, CacheWrite answer, Optional<StoredQuestion> question) {
        boolean givesAnswer() {
            return answer.answer().isPresent();
        }
    }

    @Override
    public void accept(RecordBatch batch) {
        Outcome outcome = new Outcome();
        for (ConsumerRecord<byte[], byte[]> event : batch.records()) {
            read(event, outcome);
            if (outcome.isLarge()) {
                outcome.keep();
            }
        }
        outcome.keep();
        outcome.count();
    }

    private void read(ConsumerRecord<byte[], byte[]> event, Outcome outcome) {
        try {
            switch (TurnsEvent.decode(event.headers(), event.value())) {
                case Turn turn ->
                    // Else a failure would be retried like one of Redis, and stop the partition.
                    MalformedEventException.runOrMalformed(
                            "the turn cannot be cached", () -> read(turn, event, outcome));
                case ConversationRenamed _ -> {
                    // Does not change answers.
                }
                case ConversationDeleted deleted -> forget(deleted, outcome);
                case AnswerRated rated -> rate(rated, outcome);
                case AnswerEvicted evicted -> evict(evicted, outcome);
            }
        } catch (MalformedEventException e) {
            LOG.warn(
                    "Skipping a malformed turn at {}-{}@{}: {}",
                    event.topic(),
                    event.partition(),
                    event.offset(),
                    e.reason());
            outcome.add(UNREADABLE);
        }
    }

    private void read(Turn turn, ConsumerRecord<byte[], byte[]> event, Outcome outcome) {
        SingletonSupplier<byte[]> message =
                SingletonSupplier.of(() -> TurnCodec.MAPPER.writeValueAsBytes(turn.message()));
        Optional<byte[]> frames = Optional.ofNullable(event.headers().lastHeader(TurnCodec.FRAMES))
                .map(Header::value);
        IntSupplier keptBytes = () ->
                message.obtain().length + frames.map(packed -> packed.length).orElse(0);
        switch (policy.decide(turn, frames.isPresent(), keptBytes, clock.instant())) {
            case Keep(var remaining) -> {
                CachedAnswer answer = frames.map(packed -> new CachedAnswer(message.obtain(), packed))
                        .filter(packed -> packed.frames().isPresent())
                        .orElseThrow(() -> new MalformedEventException("the frames are unreadable"));
                outcome.give(turn.facts(), Optional.of(answer), remaining, question(turn, event));
            }
            case Leave(var reason) -> {
                Duration remaining = policy.remaining(turn, clock.instant()).plus(LATE_SOURCE);
                boolean mayBeCached = reason == Reason.CACHED || reason == Reason.WITHOUT_FRAMES;
                if (mayBeCached && remaining.isPositive()) {
                    // For another conversation.
                    outcome.give(turn.facts(), Optional.empty(), remaining, Optional.empty());
                }
                outcome.add(reason.text());
            }
        }
    }

    /** What comes of one batch: the answers that are to be stored or linked next, and the metrics. */
    private final class Outcome {
        private final List<GivenTurn> given = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private int bytes;

        void add(String text) {
            texts.add(text);
        }

        void give(
                TurnFacts facts, Optional<CachedAnswer> answer, Duration remaining, Optional<StoredQuestion> question) {
            CacheWrite giving = new CacheWrite(
                    new AnswerKey(facts.tenant(), facts.fingerprint()),
                    new Origin(facts.conversation(), facts.generation()),
                    answer,
                    remaining);
            given.add(new GivenTurn(facts, giving, question));
            bytes += answer.map(kept -> kept.keptBytes() + kept.framesBytes()).orElse(0);
        }

        boolean isLarge() {
            return bytes > TOGETHER_BYTES_MAX;
        }

        /** In two round trips to Redis for all answers, and those for their questions. */
        void keep() {
            if (given.isEmpty()) {
                return;
            }
            Set<GenerationId> deleted =
                    cache.deleted(given.stream().map(GivenTurn::answer).toList());
            List<GivenTurn> kept = given.stream()
                    .filter(turn -> !deleted.contains(turn.facts().generation()))
                    .toList();
            List<GivenTurn> stored =
                    kept.stream().filter(GivenTurn::givesAnswer).toList();
            stored.forEach(turn -> keepQuestion(turn, this));
            Instant begun = clock.instant();
            Timer.builder("parley.cache.keep")
                    .description("Writing the answers of a batch to Redis")
                    .register(registry)
                    .record(() ->
                            cache.put(kept.stream().map(GivenTurn::answer).toList()));
            Instant ended = clock.instant();
            stored.forEach(turn -> {
                spans.kept(turn.facts(), begun, ended);
                add("kept");
            });
            given.stream()
                    .filter(turn ->
                            turn.givesAnswer() && deleted.contains(turn.facts().generation()))
                    .forEach(_ -> add("deleted"));
            given.clear();
            bytes = 0;
        }

        /** At the end, so that a batch that is repeated until Redis responds counts once. */
        void count() {
            texts.forEach(TurnListener.this::count);
        }
    }

    /**
     * Before the answer, so that similar questions find an answer as soon as the same one does. The answer to a request that was
     * not looked up may take the place of an earlier one, whose question is removed.
     */
    private void keepQuestion(GivenTurn turn, Outcome outcome) {
        if (turn.question().isEmpty()) {
            if (turn.facts().cache() == CacheVerdict.BYPASS) {
                questions.remove(turn.answer().key());
            }
            return;
        }
        StoredQuestion question = turn.question().get();
        questions.put(
                new QuestionPartition(turn.facts().tenant(), question.partition(), question.model()),
                turn.answer().conversation(),
                new AnsweredQuestion(turn.facts().fingerprint(), turn.facts().generation()),
                question.text(),
                question.vector(),
                turn.answer().remaining());
        outcome.add("question_kept");
    }

    private static Optional<StoredQuestion> question(Turn turn, ConsumerRecord<byte[], byte[]> event) {
        return Optional.ofNullable(event.headers().lastHeader(TurnCodec.QUESTION))
                .filter(_ -> QuestionPolicy.servesSimilar(turn.message()))
                .map(header -> StoredQuestion.decode(header.value()));
    }

    /** After the answers before it, in the order of the log. */
    private void forget(ConversationDeleted event, Outcome outcome) {
        outcome.keep();
        Duration memory = policy.settings().ttl().plus(LATE_TURNS);
        cache.removeConversation(new ConversationKey(event.tenant(), event.conversation()), event.deletedAt(), memory);
        outcome.add("forgotten");
    }

    /** After the answers before it, in the order of the log. */
    private void rate(AnswerRated event, Outcome outcome) {
        outcome.keep();
        if (event.rating() == AnswerRated.Rating.DOWN && questions.revoke(event.tenant(), event.generation())) {
            LOG.info("{} was rated down: the answer is not reused for its wording again", event.generation());
            outcome.add("revoked");
        }
    }

    /** After the answers before it, in the order of the log. */
    private void evict(AnswerEvicted event, Outcome outcome) {
        outcome.keep();
        Optional<AnswerKey> key = cache.key(event.generation());
        key.ifPresent(answer -> {
            // The answer first: without it nothing else is of use, nor is a verdict on it stored again.
            cache.remove(answer);
            questions.remove(answer);
        });
        LOG.info(
                "{} evicted the answer of {}: {}",
                event.actor(),
                event.generation(),
                key.isPresent() ? "removed" : "none is stored");
        outcome.add(key.isPresent() ? "evicted" : "eviction_unknown");
    }

    private void count(String outcome) {
        if (outcome.equals(UNREADABLE)) {
            unreadable.increment();
        }
        Counter.builder("parley.cache.turns")
                .description("Records of chat.turns that were read")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }
}
