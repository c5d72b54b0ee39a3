package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.Origin;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.cache.answer.CacheDecision.Keep;
import dev.parley.cache.answer.CacheDecision.Leave;
import dev.parley.cache.answer.CacheDecision.Reason;
import dev.parley.cache.answer.CachingPolicy;
import dev.parley.cache.answer.CachingSettings;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationEvent;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.TraceParent;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.TurnsEvent;
import dev.parley.contracts.reuse.QuestionPolicy;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.util.function.SingletonSupplier;

/**
 * Caches the answers of turns, and removes evicted ones and those of deleted conversations. No request waits for it: while Redis
 * is down, a record is retried, and later answers are cached late. Malformed records are skipped; persistence-worker publishes
 * their dead letters.
 */
public final class TurnListener implements Consumer<Delivery> {
    /** The consumer group, as in the binding of {@code application.yaml}. */
    public static final String GROUP = "cache-service-answers";

    private static final Logger LOG = LoggerFactory.getLogger(TurnListener.class);

    /** The turn of a running generation may follow the deletion of its conversation; this is longer than any generation. */
    private static final Duration LATE_TURNS = Duration.ofDays(1);

    private final AnswerCache cache;
    private final QuestionStore questions;
    private final CachingPolicy policy;
    private final CachingSettings settings;
    private final MeterRegistry registry;
    private final CacheSpans spans;
    private final Counter unreadable;
    private final Clock clock;

    public TurnListener(
            AnswerCache cache,
            QuestionStore questions,
            CachingPolicy policy,
            CachingSettings settings,
            MeterRegistry registry,
            CacheSpans spans,
            Clock clock) {
        this.cache = cache;
        this.questions = questions;
        this.policy = policy;
        this.settings = settings;
        this.registry = registry;
        this.spans = spans;
        this.unreadable = DeadLetterCounter.of(registry, GROUP, Topics.TURNS);
        this.clock = clock;
    }

    @Override
    public void accept(Delivery delivery) {
        try {
            switch (TurnsEvent.decode(
                    delivery.event().headers(), delivery.event().value())) {
                case Turn turn -> keep(turn, delivery.event());
                case ConversationEvent event -> apply(event);
                case AnswerRated event -> apply(event);
                case AnswerEvicted event -> apply(event);
            }
        } catch (MalformedEventException e) {
            LOG.warn("Skipping a malformed turn, {}: {}", delivery, e.reason());
            unreadable.increment();
            count("unreadable");
        }
    }

    private void keep(Turn turn, ConsumerRecord<String, byte[]> event) {
        TurnFacts facts = turn.facts();
        try (var _ = MDC.putCloseable("generation", facts.generation().value());
                var _ = MDC.putCloseable("trace_id", TraceParent.traceId(facts.traceparent()))) {
            SingletonSupplier<byte[]> message =
                    SingletonSupplier.of(() -> TurnCodec.MAPPER.writeValueAsBytes(turn.message()));
            Optional<byte[]> frames = Optional.ofNullable(event.headers().lastHeader(TurnCodec.FRAMES))
                    .map(Header::value);
            IntSupplier keptBytes = () -> message.obtain().length
                    + frames.map(packed -> packed.length).orElse(0);
            switch (policy.decide(turn, frames.isPresent(), keptBytes, clock.instant())) {
                case Keep(var remaining) -> {
                    CachedAnswer answer = frames.flatMap(packed -> CachedAnswer.unpack(message.obtain(), packed))
                            .orElseThrow(() -> new MalformedEventException("the frames are unreadable"));
                    if (noted(turn, remaining)) {
                        keepQuestion(event, turn, remaining);
                        Instant begun = clock.instant();
                        Timer.builder("parley.cache.keep")
                                .description("Writing an answer to Redis")
                                .register(registry)
                                .record(() -> cache.keep(key(turn), origin(turn), answer, remaining));
                        spans.kept(facts, begun, clock.instant());
                        count("kept");
                    } else {
                        count("deleted");
                    }
                }
                case Leave(var reason) -> {
                    if (reason == Reason.CACHED || reason == Reason.WITHOUT_FRAMES) {
                        // Its answer may be cached for another conversation.
                        noted(turn, settings.ttl());
                    }
                    count(reason.text());
                }
            }
        }
    }

    /**
     * Before the answer, so that similar questions find an answer as soon as the same one does. The answer to a request that was
     * not looked up may take the place of an earlier one, whose question is removed.
     */
    private void keepQuestion(ConsumerRecord<String, byte[]> event, Turn turn, Duration remaining) {
        Header header = event.headers().lastHeader(TurnCodec.QUESTION);
        if (header == null || !QuestionPolicy.servesSimilar(turn.message())) {
            if (turn.facts().cache() == CacheVerdict.BYPASS) {
                questions.remove(key(turn));
            }
            return;
        }
        StoredQuestion question = StoredQuestion.decode(header.value());
        questions.keep(
                new QuestionPartition(turn.facts().tenant(), question.partition(), question.model()),
                new ConversationKey(turn.facts().tenant(), turn.facts().conversation()),
                new KeptQuestion(turn.facts().fingerprint(), turn.facts().generation()),
                question.text(),
                question.vector(),
                remaining);
        count("question_kept");
    }

    private boolean noted(Turn turn, Duration remaining) {
        ConversationKey conversation =
                new ConversationKey(turn.facts().tenant(), turn.facts().conversation());
        return cache.note(conversation, turn.facts().generation(), key(turn), remaining);
    }

    private static AnswerKey key(Turn turn) {
        return new AnswerKey(turn.facts().tenant(), turn.facts().fingerprint());
    }

    private static Origin origin(Turn turn) {
        return new Origin(turn.facts().conversation(), turn.facts().generation());
    }

    private void apply(ConversationEvent event) {
        switch (event) {
            case ConversationDeleted deleted -> {
                Duration memory = settings.ttl().plus(LATE_TURNS);
                cache.forget(
                        new ConversationKey(deleted.tenant(), deleted.conversation()), deleted.deletedAt(), memory);
                count("forgotten");
            }
            case ConversationRenamed _ -> {
                // Does not change answers.
            }
        }
    }

    private void apply(AnswerRated event) {
        if (event.rating() == AnswerRated.Rating.DOWN && questions.revoke(event.tenant(), event.generation())) {
            LOG.info("{} was rated down: the answer is not reused for its wording again", event.generation());
            count("revoked");
        }
    }

    private void apply(AnswerEvicted event) {
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
        count(key.isPresent() ? "evicted" : "eviction_unknown");
    }

    private void count(String outcome) {
        Counter.builder("parley.cache.turns")
                .description("Records of chat.turns that were read")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }
}
