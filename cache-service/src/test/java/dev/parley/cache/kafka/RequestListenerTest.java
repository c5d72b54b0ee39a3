package dev.parley.cache.kafka;

import static dev.parley.cache.Examples.NOON;
import static dev.parley.cache.Examples.answer;
import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.origin;
import static dev.parley.cache.Examples.requested;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.parley.cache.CacheDefaults;
import dev.parley.cache.TestClock;
import dev.parley.cache.answer.Answer;
import dev.parley.cache.answer.AnswerCache;
import dev.parley.cache.answer.AnswerCodec;
import dev.parley.cache.answer.AnswerKey;
import dev.parley.cache.answer.ConversationKey;
import dev.parley.cache.answer.InMemoryAnswerCache;
import dev.parley.cache.answer.Origin;
import dev.parley.cache.lookup.BoundedLookup;
import dev.parley.cache.lookup.Breakers;
import dev.parley.cache.lookup.LookupSettings;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.deletions.Deletions;
import dev.parley.membership.Membership;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of a request through the service, with producers that remember instead of a broker. */
class RequestListenerTest {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final long END_WHEN_ASSIGNED = 100;
    private static final long FRESH = END_WHEN_ASSIGNED;
    private static final TopicPartition PARTITION = new TopicPartition("chat.requests", Records.PARTITION);

    private final TestClock clock = new TestClock(NOON.plusMillis(3));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InMemoryAnswerCache cache =
            new InMemoryAnswerCache(new AnswerCodec(1_000_000), new Deletions(), clock);
    private final LookupSettings limits = new LookupSettings(
            Duration.ofSeconds(5), 8, 20, 5, 50, Duration.ofSeconds(1), 80, Duration.ofSeconds(1), 1);
    private final BoundedLookup lookup =
            new BoundedLookup(sleepy(), limits, Breakers.breaker(limits, registry), registry);
    private final MockProducer<String, byte[]> deltas = Records.producer(true);
    private final MockProducer<String, byte[]> inference = Records.producer(true);
    private final MockProducer<String, byte[]> turns = Records.producer(true);
    private final MockProducer<byte[], byte[]> dead = Records.bytesProducer();
    private final TurnRecorders recorders = new TurnRecorders(partition ->
            new TurnRecorder("recorder-" + partition, () -> turns, CacheDefaults.kafka(), registry.timer("commits")));
    private final AtomicLong slept = new AtomicLong();
    private final Membership membership = new Membership(Duration.ofSeconds(6), slept::get);
    private final Unfinished unfinished = new Unfinished(8, PAUSE);
    private final OwnedPartitions partitions =
            new OwnedPartitions("requests-in-0", membership, unfinished, recorders, PAUSE);
    private volatile boolean sleepsInLookUps;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final ChatRequested requested = requested(fingerprint(), CachePolicy.USE);

    @BeforeEach
    void assign() {
        MockConsumer<String, byte[]> consumer = Records.consumer();
        consumer.updateEndOffsets(Map.of(PARTITION, END_WHEN_ASSIGNED));
        partitions.onPartitionsAssigned("requests-in-0", consumer, List.of(PARTITION), true);
    }

    @AfterEach
    void close() {
        lookup.close();
        recorders.close();
    }

    @Test
    void givesTheKeptAnswerAndRecordsTheTurn() {
        keep("Because.");
        take(requested, FRESH);

        assertThat(deltas.history()).singleElement().satisfies(sent -> {
            Frames frames = (Frames) DeltaCodec.decode(Records.received(sent, 0));
            assertThat(frames.frames()).isEqualTo(answer("Because.").frames());
            assertThat(frames.cache()).isEqualTo(CacheVerdict.EXACT);
        });
        await().untilAsserted(() -> assertThat(acknowledged()).isEqualTo(1));
        assertThat(turns.commitCount()).isEqualTo(1);
        assertThat(turns.history()).hasSize(2);
        var turn = TurnCodec.decode(
                turns.history().get(0).headers(), turns.history().get(0).value());
        assertThat(turn.facts().generation()).isEqualTo(requested.generation());
        assertThat(turn.facts().timings().cacheMs()).isEqualTo(1);
        assertThat(DeltaCodec.decode(Records.received(turns.history().get(1), 0)))
                .isEqualTo(new Recorded(requested.generation(), 1, 1));
        assertThat(inference.history()).isEmpty();
        assertThat(counted("exact", "found")).isEqualTo(1);
    }

    @Test
    void passesOnWhatIsNotKept() {
        take(requested, FRESH);
        assertPassedOn(CacheVerdict.MISS, false);
        assertThat(acknowledged()).isEqualTo(1);
        assertThat(counted("miss", "not_found")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = CachePolicy.class,
            names = {"NO_CACHE", "NO_STORE"})
    void passesOnWhatMustNotComeFromTheCache(CachePolicy policy) {
        ChatRequested fresh = requested(requested.fingerprint(), policy);
        keep("Because.");
        take(fresh, FRESH);
        assertPassedOn(CacheVerdict.BYPASS, false);
        assertThat(deltas.history()).isEmpty();
        assertThat(registry.find("parley.cache.lookup").timers()).isEmpty();
    }

    @Test
    void passesOnWhatAnotherOwnerMayHaveBegunThoughItIsKept() {
        keep("Because.");
        take(requested, FRESH - 1);
        assertPassedOn(CacheVerdict.MISS, true);
        assertThat(deltas.history()).isEmpty();
        assertThat(counted("miss", "doubtful")).isEqualTo(1);
    }

    @Test
    void leavesARequestThatComesTwiceToWhoJudgesByTheLog() {
        keep("Because.");
        RequestListener listener = listener();
        listener.accept(Records.delivery(requested, FRESH, acknowledged));
        listener.accept(Records.delivery(requested, FRESH + 1, acknowledged));
        assertThat(deltas.history()).hasSize(1);
        assertPassedOn(CacheVerdict.MISS, true);
        await().untilAsserted(() -> assertThat(turns.commitCount()).isEqualTo(1));
    }

    @Test
    void leavesAnOldRequestToWhoJudgesByTheLog() {
        keep("Because.");
        clock.advance(Duration.ofSeconds(21));
        take(requested, FRESH);
        assertPassedOn(CacheVerdict.MISS, true);
    }

    @Test
    void asksTheGroupWhenItHasSlept() {
        keep("Because.");
        slept.set(Duration.ofSeconds(7).toNanos());
        listener().accept(delivery(group -> group.updateBeginningOffsets(Map.of(PARTITION, 0L))));
        await().untilAsserted(() -> assertThat(acknowledged()).isEqualTo(1));
        assertThat(deltas.history()).hasSize(1);
        assertThat(inference.history()).isEmpty();
    }

    @Test
    void takesNothingWhenTheGroupDoesNotKnowItAnyMore() {
        keep("Because.");
        slept.set(Duration.ofSeconds(7).toNanos());
        Delivery delivery = delivery(group -> group.setOffsetsException(new CommitFailedException()));
        assertThatExceptionOfType(CommitFailedException.class)
                .isThrownBy(() -> listener().accept(delivery));
        assertThat(unfinished.count()).isZero();
        assertThat(deltas.history()).isEmpty();
        assertThat(inference.history()).isEmpty();
    }

    @Test
    void leavesWhatItHeldWhileItSleptToWhoJudgesByTheLog() {
        keep("Because.");
        sleepsInLookUps = true;
        take(requested, FRESH);
        assertPassedOn(CacheVerdict.MISS, true);
        assertThat(deltas.history()).isEmpty();
    }

    @Test
    void passesOnWhatItCouldNotRecord() {
        keep("Because.");
        recorders.close(List.of(Records.PARTITION));
        take(requested, FRESH);
        assertPassedOn(CacheVerdict.MISS, false);
        assertThat(counted("miss", "unrecordable")).isEqualTo(1);
    }

    @Test
    void leavesAnAnswerThatDidNotGetThroughToWhoJudgesByTheLog() {
        keep("Because.");
        deltas.sendException = new TimeoutException("no broker");
        take(requested, FRESH);
        assertPassedOn(CacheVerdict.MISS, true);
        assertThat(turns.history()).isEmpty();
        assertThat(acknowledged()).isEqualTo(1);
        assertThat(counted("miss", "broken_off")).isEqualTo(1);
    }

    @Test
    void leavesATurnThatWasNotRecordedToWhoJudgesByTheLog() {
        keep("Because.");
        turns.commitTransactionException = new KafkaException("abortable");
        take(requested, FRESH);
        await().untilAsserted(() -> assertThat(acknowledged()).isEqualTo(1));
        assertPassedOn(CacheVerdict.MISS, true);
        assertThat(turns.history()).isEmpty();
    }

    @Test
    void finishesARequestOnlyWhenTheBrokerHasIt() {
        inference.sendException = new TimeoutException("no broker");
        take(requested, FRESH);
        assertThat(acknowledged()).isEqualTo(0);
        assertThat(unfinished.count()).isEqualTo(1);
        inference.sendException = null;
        await().untilAsserted(() -> assertThat(acknowledged()).isEqualTo(1));
        assertPassedOn(CacheVerdict.MISS, false);
    }

    @Test
    void putsPoisonAsideAndServesItsNeighbours() {
        ProducerRecord<String, byte[]> poison = RequestCodec.encode(requested);
        poison.headers().remove("ce_generation");
        RequestListener listener = listener();
        listener.accept(Records.delivery(poison, FRESH, acknowledged));
        listener.accept(Records.delivery(requested, FRESH + 1, acknowledged));
        assertThat(dead.history()).singleElement().satisfies(letter -> {
            assertThat(letter.key()).isEqualTo(requested.fingerprint().value().getBytes(UTF_8));
            assertThat(new EventHeaders(letter.headers()).require(DeadLetter.REASON))
                    .contains("ce_generation");
        });
        assertPassedOn(CacheVerdict.MISS, false);
        assertThat(acknowledged()).isEqualTo(1);
        assertThat(unfinished.count()).isZero();
    }

    @Test
    void putsAsideWhatIsTooLargeToPassOn() {
        inference.sendException = new RecordTooLargeException("too large");
        take(requested, FRESH);
        assertThat(dead.history()).hasSize(1);
        assertThat(acknowledged()).isEqualTo(1);
    }

    private AnswerCache sleepy() {
        return new AnswerCache() {
            @Override
            public Optional<Answer> find(AnswerKey key) {
                slept.set(sleepsInLookUps ? Duration.ofSeconds(7).toNanos() : slept.get());
                return cache.find(key);
            }

            @Override
            public void keep(AnswerKey key, Origin origin, Answer answer, Duration remaining) {
                cache.keep(key, origin, answer, remaining);
            }

            @Override
            public boolean note(
                    ConversationKey conversation, GenerationId generation, AnswerKey key, Duration remaining) {
                return cache.note(conversation, generation, key, remaining);
            }

            @Override
            public void forget(ConversationKey conversation, Instant deletedAt, Duration memory) {
                cache.forget(conversation, deletedAt, memory);
            }
        };
    }

    private void keep(String text) {
        cache.keep(
                new AnswerKey(requested.tenant(), requested.fingerprint()),
                origin(),
                answer(text),
                Duration.ofHours(1));
    }

    /** From a consumer that has the partition, as far as it knows. */
    private Delivery delivery(java.util.function.Consumer<MockConsumer<?, ?>> group) {
        Delivery delivery = Records.delivery(requested, FRESH, acknowledged);
        MockConsumer<?, ?> consumer = (MockConsumer<?, ?>) delivery.consumer();
        consumer.assign(List.of(PARTITION));
        group.accept(consumer);
        return delivery;
    }

    private void take(ChatRequested asked, long offset) {
        listener().accept(Records.delivery(asked, offset, acknowledged));
    }

    private RequestListener listener() {
        RequestDesk desk = new RequestDesk(
                new Doubts(partitions, membership, clock),
                recorders,
                lookup,
                new AnswerReplay(new DeltaPublisher(new RecordSender<>(deltas, PAUSE), 1_000_000), recorders, clock),
                new InferencePublisher(new RecordSender<>(inference, PAUSE)),
                new RequestMeter(registry),
                clock);
        return new RequestListener(membership, unfinished, desk, new DeadLetters(new RecordSender<>(dead, PAUSE)));
    }

    private void assertPassedOn(CacheVerdict verdict, boolean doubtful) {
        assertThat(inference.history()).singleElement().satisfies(sent -> {
            InferenceRequested event = RequestCodec.decodeInferenceRequested(sent.headers(), sent.value());
            assertThat(event.verdict()).isEqualTo(verdict);
            assertThat(event.decidedAt()).isEqualTo(clock.instant());
            assertThat(new EventHeaders(sent.headers()).find(CloudEvent.DOUBTFUL))
                    .isEqualTo(doubtful ? java.util.Optional.of("true") : java.util.Optional.empty());
        });
    }

    /** How often offsets were acknowledged, all that may be among them. */
    private int acknowledged() {
        unfinished.acknowledge();
        return acknowledged.get();
    }

    private double counted(String verdict, String cause) {
        return registry.get("parley.cache.requests")
                .tags("verdict", verdict, "cause", cause)
                .counter()
                .count();
    }
}
