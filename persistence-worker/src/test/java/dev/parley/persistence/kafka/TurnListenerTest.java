package dev.parley.persistence.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.eventlog.spring.RecordBatch;
import dev.parley.eventlog.trace.TraceSettings;
import dev.parley.persistence.telemetry.Tracers;
import dev.parley.persistence.telemetry.TurnSpans;
import dev.parley.persistence.telemetry.TurnTelemetry;
import dev.parley.persistence.turn.PreparedTurn;
import dev.parley.persistence.turn.StoreUnavailableException;
import dev.parley.persistence.turn.TestTurn;
import dev.parley.persistence.turn.TurnStore;
import dev.parley.testing.LogLines;
import dev.parley.testing.Received;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.BatchListenerFailedException;

class TurnListenerTest {
    private static final ConsumerRecord<byte[], byte[]> ONE =
            Received.raw(TestTurn.of("conv_1", 1).encoded(), 10);
    private static final ConsumerRecord<byte[], byte[]> POISON =
            Received.raw(TestTurn.of("conv_1", 2).encoded(), 11, "{".getBytes(UTF_8));
    private static final ConsumerRecord<byte[], byte[]> TWO =
            Received.raw(TestTurn.of("conv_1", 3).encoded(), 12);
    private static final ConsumerRecord<byte[], byte[]> RENAMED = Received.raw(
            ChangeCodec.encode(new ConversationRenamed(
                    new RequestId("req_1"),
                    new TenantId("acme"),
                    new ConversationId("conv_1"),
                    "Mine",
                    Instant.EPOCH,
                    TestTurn.TRACEPARENT)),
            13);
    private static final ConsumerRecord<byte[], byte[]> DELETED = Received.raw(
            ChangeCodec.encode(new ConversationDeleted(
                    new RequestId("req_1"),
                    new TenantId("acme"),
                    new ConversationId("conv_1"),
                    Instant.EPOCH,
                    TestTurn.TRACEPARENT)),
            14);

    private final MockProducer<byte[], byte[]> dead =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final RecordingTurnStore store = new RecordingTurnStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TurnListener listener = listener(TurnConsumersTest.SETTINGS);

    private TurnListener listener(KafkaSettings settings) {
        return new TurnListener(
                store,
                new DeadLetterPublisher(() -> dead, DeadLetterCounter.of(registry, "persistence-worker", Topics.TURNS)),
                settings,
                new TurnTelemetry(Clock.systemUTC(), new TurnSpans(Tracers.of(new TraceSettings(""))), registry));
    }

    /** A turn store in memory that can be unavailable. */
    private static final class RecordingTurnStore implements TurnStore {
        private final Set<GenerationId> kept = new LinkedHashSet<>();
        private final List<String> done = new ArrayList<>();
        private boolean available = true;

        @Override
        public Set<GenerationId> store(List<PreparedTurn> turns) {
            if (!available) {
                throw new StoreUnavailableException("down", new IllegalStateException());
            }
            Set<GenerationId> added = new LinkedHashSet<>();
            turns.stream().map(PreparedTurn::generation).filter(kept::add).forEach(added::add);
            done.add("stored " + turns.size());
            return added;
        }

        @Override
        public void rename(ConversationRenamed renaming) {
            done.add("renamed " + renaming.conversation() + " to " + renaming.title());
        }

        @Override
        public void delete(ConversationDeleted deletion) {
            done.add("deleted " + deletion.conversation());
        }
    }

    @Test
    void storesTheNeighboursOfAMalformedRecord() {
        listener.accept(new RecordBatch(List.of(ONE, POISON, TWO)));
        assertThat(store.kept)
                .containsExactly(
                        TestTurn.of("conv_1", 1).id(), TestTurn.of("conv_1", 3).id());
        assertThat(count("stored")).isEqualTo(2);
        assertThat(count("dead")).isEqualTo(1);
    }

    /** Its expiry cannot be computed. */
    @Test
    void storesTheNeighboursOfATurnThatEndsTooLate() {
        ProducerRecord<String, byte[]> sent = TestTurn.of("conv_1", 2).encoded();
        String late = new String(sent.value(), UTF_8)
                .replaceFirst("\"ended_at\":\"[^\"]*\"", "\"ended_at\":\"+1000000000-12-31T23:59:59Z\"");
        listener.accept(new RecordBatch(List.of(ONE, Received.raw(sent, 11, late.getBytes(UTF_8)), TWO)));
        assertThat(store.kept).hasSize(2);
        assertThat(new EventHeaders(dead.history().getFirst().headers()).require("dead_reason"))
                .contains("1970");
    }

    @Test
    void publishesADeadLetterForAMalformedRating() {
        ProducerRecord<String, byte[]> rated = ChangeCodec.encode(new AnswerRated(
                new RequestId("req_1"),
                new TenantId("acme"),
                new GenerationId("gen_" + "0".repeat(32)),
                AnswerRated.Rating.UP,
                "",
                Instant.EPOCH,
                TestTurn.TRACEPARENT));
        listener.accept(new RecordBatch(List.of(ONE, Received.raw(rated, 11, "{".getBytes(UTF_8)), TWO)));
        assertThat(store.done).containsExactly("stored 2");
        assertThat(count("dead")).isEqualTo(1);
    }

    @Test
    void publishesADeadLetterWithItsReasonAndOrigin() {
        listener.accept(new RecordBatch(List.of(POISON)));
        ProducerRecord<byte[], byte[]> letter = dead.history().getFirst();
        EventHeaders headers = new EventHeaders(letter.headers());
        assertThat(letter.topic()).isEqualTo("chat.turns.dead");
        assertThat(letter.key()).isEqualTo(POISON.key());
        assertThat(letter.value()).isEqualTo(POISON.value());
        assertThat(headers.require("ce_type")).isEqualTo("dev.parley.ChatCompleted.v1");
        assertThat(headers.require("dead_topic")).isEqualTo("chat.turns");
        assertThat(headers.require("dead_partition")).isEqualTo("0");
        assertThat(headers.require("dead_offset")).isEqualTo("11");
        assertThat(headers.require("dead_reason")).contains("unreadable");
    }

    @Test
    void publishesDeadLettersAfterTheTurnsOfTheirBatchAreStored() {
        store.available = false;
        assertThatThrownBy(() -> listener.accept(new RecordBatch(List.of(ONE, POISON))))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(dead.history()).isEmpty();
        store.available = true;
        listener.accept(new RecordBatch(List.of(ONE, POISON)));
        assertThat(dead.history()).hasSize(1);
        assertThat(store.kept).hasSize(1);
    }

    @Test
    void logsWhyABatchIsNotStored() {
        try (LogLines lines = LogLines.of(TurnListener.class)) {
            store.available = false;
            assertThatThrownBy(() -> listener.accept(new RecordBatch(List.of(ONE))))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(lines.list()).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getFormattedMessage()).endsWith(": down");
                assertThat(line.getThrowableProxy()).isNull();
            });
        }
    }

    @Test
    void ignoresARedeliveredBatch() {
        listener.accept(new RecordBatch(List.of(ONE, TWO)));
        listener.accept(new RecordBatch(List.of(ONE, TWO, TWO)));
        assertThat(count("stored")).isEqualTo(2);
        assertThat(count("known")).isEqualTo(3);
    }

    @Test
    void failsTheBatchIfADeadLetterCannotBePublished() {
        dead.sendException = new TimeoutException("no broker");
        assertThatThrownBy(() -> listener.accept(new RecordBatch(List.of(ONE, POISON))))
                .hasCauseInstanceOf(TimeoutException.class);
        dead.sendException = null;
        listener.accept(new RecordBatch(List.of(ONE, POISON)));
        assertThat(dead.history()).hasSize(1);
        assertThat(store.kept).hasSize(1);
    }

    @Test
    void appliesChangesOfConversationsInTheOrderOfTheLog() {
        listener.accept(new RecordBatch(List.of(ONE, RENAMED, DELETED, TWO, POISON)));
        assertThat(store.done).containsExactly("stored 1", "renamed conv_1 to Mine", "deleted conv_1", "stored 1");
        assertThat(count("changed")).isEqualTo(2);
        assertThat(count("dead")).isEqualTo(1);
    }

    /** Else a batch that takes longer than the poll interval is begun again for ever. */
    @Test
    void returnsTheRestOfABatchThatTakesLong() {
        TurnListener slow = listener(TurnConsumersTest.settings(Duration.ZERO));
        assertThatThrownBy(() -> slow.accept(new RecordBatch(List.of(RENAMED, POISON, ONE, DELETED, TWO))))
                .isInstanceOfSatisfying(
                        BatchListenerFailedException.class,
                        rest -> assertThat(rest.getIndex()).isEqualTo(3));
        assertThat(store.done).containsExactly("renamed conv_1 to Mine", "stored 1");
        assertThat(dead.history()).hasSize(1);
        slow.accept(new RecordBatch(List.of(DELETED, TWO)));
        assertThat(store.done).containsExactly("renamed conv_1 to Mine", "stored 1", "deleted conv_1", "stored 1");
        assertThat(dead.history()).hasSize(1);
    }

    @Test
    void skipsRatingsAndEvictions() {
        ConsumerRecord<byte[], byte[]> rated = Received.raw(
                ChangeCodec.encode(new AnswerRated(
                        new RequestId("req_1"),
                        new TenantId("acme"),
                        new GenerationId("gen_" + "0".repeat(32)),
                        AnswerRated.Rating.DOWN,
                        "Another shop.",
                        Instant.EPOCH,
                        TestTurn.TRACEPARENT)),
                11);
        ConsumerRecord<byte[], byte[]> evicted = Received.raw(
                ChangeCodec.encode(new AnswerEvicted(
                        new RequestId("req_1"),
                        new GenerationId("gen_" + "0".repeat(32)),
                        "admin",
                        Instant.EPOCH,
                        TestTurn.TRACEPARENT)),
                12);
        listener.accept(new RecordBatch(List.of(ONE, rated, evicted, TWO)));
        assertThat(store.done).containsExactly("stored 2");
        assertThat(count("dead")).isZero();
    }

    @Test
    void toStringOfABatchContainsNoMessageText() {
        assertThat(new RecordBatch(List.of(ONE, TWO))).hasToString("2 records");
    }

    private double count(String outcome) {
        return registry.get("parley.persistence.turns")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
