package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Origin;
import dev.parley.answercache.QuestionStore;
import dev.parley.cache.answer.CacheDecision.Reason;
import dev.parley.cache.answer.CacheDecision.Skip;
import dev.parley.cache.answer.CacheDecision.Store;
import dev.parley.cache.answer.CachingPolicy;
import dev.parley.cache.kafka.AnswerWriter.PendingWrite;
import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.TurnsEvent;
import dev.parley.contracts.reuse.QuestionPolicy;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.spring.RecordBatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** The turn of a running generation may follow the deletion of its conversation; this is longer than any generation. */
    private static final Duration LATE_TURNS = Duration.ofDays(1);

    /** The answer that an identical request was given may end later, if its owner dies. */
    private static final Duration LATE_SOURCE = Duration.ofMinutes(20);

    /** What comes of a record, beside the reasons not to cache its answer: {@link Reason}. */
    enum Outcome implements TextEnum {
        KEPT,
        QUESTION_KEPT,
        /** The conversation was deleted before its turn arrived. */
        DELETED,
        FORGOTTEN,
        REVOKED,
        EVICTED,
        EVICTION_UNKNOWN,
        UNREADABLE
    }

    private final AnswerCache cache;
    private final QuestionStore questions;
    private final CachingPolicy policy;
    private final AnswerWriter writer;
    private final MeterRegistry registry;
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
        this.writer = new AnswerWriter(cache, questions, registry, spans, clock);
        this.registry = registry;
        this.unreadable = DeadLetterCounter.of(registry, GROUP, Topics.TURNS);
        this.clock = clock;
    }

    @Override
    public void accept(RecordBatch records) {
        Batch batch = new Batch();
        for (ConsumerRecord<byte[], byte[]> event : records.records()) {
            read(event, batch);
            if (batch.isLarge()) {
                batch.write();
            }
        }
        batch.write();
        // At the end, so that a batch that is repeated until Redis responds counts once.
        batch.outcomes.forEach(this::count);
    }

    private void read(ConsumerRecord<byte[], byte[]> event, Batch batch) {
        try {
            switch (TurnsEvent.decode(event.headers(), event.value())) {
                case Turn turn ->
                    // Else a failure would be retried like one of Redis, and stop the partition.
                    MalformedEventException.runOrMalformed("the turn cannot be cached", () -> read(turn, event, batch));
                case ConversationRenamed _ -> {
                    // Does not change answers.
                }
                case ConversationDeleted deleted -> delete(deleted, batch);
                case AnswerRated rated -> rate(rated, batch);
                case AnswerEvicted evicted -> evict(evicted, batch);
            }
        } catch (MalformedEventException e) {
            LOG.warn(
                    "Skipping a malformed turn at {}-{}@{}: {}",
                    event.topic(),
                    event.partition(),
                    event.offset(),
                    e.reason());
            batch.outcomes.add(Outcome.UNREADABLE);
        }
    }

    private void read(Turn turn, ConsumerRecord<byte[], byte[]> event, Batch batch) {
        SingletonSupplier<byte[]> message =
                SingletonSupplier.of(() -> TurnCodec.MAPPER.writeValueAsBytes(turn.message()));
        Optional<byte[]> frames = Optional.ofNullable(event.headers().lastHeader(TurnCodec.FRAMES))
                .map(Header::value);
        IntSupplier keptBytes = () ->
                message.obtain().length + frames.map(gzipped -> gzipped.length).orElse(0);
        switch (policy.decide(turn, frames.isPresent(), keptBytes, clock.instant())) {
            case Store(var remaining) -> {
                CachedAnswer answer = frames.map(gzipped -> new CachedAnswer(message.obtain(), gzipped))
                        .filter(cached -> cached.frames().isPresent())
                        .orElseThrow(() -> new MalformedEventException("the frames are unreadable"));
                batch.add(turn.facts(), Optional.of(answer), remaining, question(turn, event));
            }
            case Skip(var reason) -> {
                Duration remaining = policy.remaining(turn, clock.instant()).plus(LATE_SOURCE);
                boolean mayBeCached = reason == Reason.CACHED || reason == Reason.WITHOUT_FRAMES;
                if (mayBeCached && remaining.isPositive()) {
                    // For another conversation.
                    batch.add(turn.facts(), Optional.empty(), remaining, Optional.empty());
                }
                batch.outcomes.add(reason);
            }
        }
    }

    /** The answers of a batch that are to be written next, and what has come of its records. */
    private final class Batch {
        private final List<PendingWrite> pending = new ArrayList<>();
        private final List<TextEnum> outcomes = new ArrayList<>();
        private int bytes;

        void add(
                TurnFacts facts, Optional<CachedAnswer> answer, Duration remaining, Optional<StoredQuestion> question) {
            CacheWrite write = new CacheWrite(
                    new AnswerKey(facts.tenant(), facts.fingerprint()),
                    new Origin(facts.conversation(), facts.generation()),
                    answer,
                    remaining);
            pending.add(new PendingWrite(facts, write, question));
            bytes += answer.map(cached -> cached.keptBytes() + cached.framesBytes())
                    .orElse(0);
        }

        boolean isLarge() {
            return bytes > TOGETHER_BYTES_MAX;
        }

        void write() {
            if (!pending.isEmpty()) {
                outcomes.addAll(writer.write(pending));
                pending.clear();
                bytes = 0;
            }
        }
    }

    private static Optional<StoredQuestion> question(Turn turn, ConsumerRecord<byte[], byte[]> event) {
        return Optional.ofNullable(event.headers().lastHeader(TurnCodec.QUESTION))
                .filter(_ -> QuestionPolicy.servesSimilar(turn.message()))
                .map(header -> StoredQuestion.decode(header.value()));
    }

    /** After the answers before it, in the order of the log. */
    private void delete(ConversationDeleted event, Batch batch) {
        batch.write();
        Duration memory = policy.settings().ttl().plus(LATE_TURNS);
        cache.removeConversation(new ConversationKey(event.tenant(), event.conversation()), event.deletedAt(), memory);
        batch.outcomes.add(Outcome.FORGOTTEN);
    }

    /** After the answers before it, in the order of the log. */
    private void rate(AnswerRated event, Batch batch) {
        batch.write();
        if (event.rating() == AnswerRated.Rating.DOWN && questions.revoke(event.tenant(), event.generation())) {
            LOG.info("{} was rated down: the answer is not reused for its wording again", event.generation());
            batch.outcomes.add(Outcome.REVOKED);
        }
    }

    /** After the answers before it, in the order of the log. */
    private void evict(AnswerEvicted event, Batch batch) {
        batch.write();
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
        batch.outcomes.add(key.isPresent() ? Outcome.EVICTED : Outcome.EVICTION_UNKNOWN);
    }

    private void count(TextEnum outcome) {
        if (outcome == Outcome.UNREADABLE) {
            unreadable.increment();
        }
        Counter.builder("parley.cache.turns")
                .description("Records of chat.turns that were read")
                .tag("outcome", outcome.text())
                .register(registry)
                .increment();
    }
}
