package dev.parley.persistence.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.id.GenerationId;
import dev.parley.persistence.telemetry.TurnJournal;
import dev.parley.persistence.telemetry.TurnSpans;
import dev.parley.persistence.turn.ArrivedTurn;
import dev.parley.persistence.turn.StoreUnavailableException;
import dev.parley.persistence.turn.TestTurn;
import dev.parley.persistence.turn.TurnStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class TurnListenerTest {
    private static final ConsumerRecord<byte[], byte[]> ONE =
            TestRecord.consumed(TestTurn.of("conv_1", 1).encoded(), 10);
    private static final ConsumerRecord<byte[], byte[]> POISON =
            TestRecord.withValue(TestTurn.of("conv_1", 2).encoded(), 11, "{".getBytes(UTF_8));
    private static final ConsumerRecord<byte[], byte[]> TWO =
            TestRecord.consumed(TestTurn.of("conv_1", 3).encoded(), 12);

    private final MockProducer<byte[], byte[]> dead =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final RecordingTurnStore store = new RecordingTurnStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TurnListener listener = new TurnListener(
            store,
            () -> dead,
            new KafkaSettings(
                    "",
                    1,
                    1,
                    DataSize.ofBytes(1),
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofSeconds(5),
                    DataSize.ofBytes(1),
                    Duration.ZERO),
            new TurnJournal(
                    Clock.systemUTC(), new TurnSpans(OpenTelemetry.noop().getTracer("test")), meters));

    /** Keeps turns in memory, or is unavailable. */
    private static final class RecordingTurnStore implements TurnStore {
        private final Set<GenerationId> kept = new LinkedHashSet<>();
        private boolean available = true;

        @Override
        public Set<GenerationId> store(List<ArrivedTurn> turns) {
            if (!available) {
                throw new StoreUnavailableException("down", new IllegalStateException());
            }
            Set<GenerationId> added = new LinkedHashSet<>();
            turns.stream().map(ArrivedTurn::generation).filter(kept::add).forEach(added::add);
            return added;
        }
    }

    @Test
    void storesTheNeighboursOfAPoisonedRecord() {
        listener.accept(new TurnRecords(List.of(ONE, POISON, TWO)));
        assertThat(store.kept)
                .containsExactly(
                        TestTurn.of("conv_1", 1).id(), TestTurn.of("conv_1", 3).id());
        assertThat(count("stored")).isEqualTo(2);
        assertThat(count("dead")).isEqualTo(1);
    }

    @Test
    void sendsThePoisonWithItsReasonAndOrigin() {
        listener.accept(new TurnRecords(List.of(POISON)));
        ProducerRecord<byte[], byte[]> letter = dead.history().getFirst();
        EventHeaders headers = new EventHeaders(letter.headers());
        assertThat(letter.topic()).isEqualTo("chat.turns.dead");
        assertThat(letter.key()).isEqualTo(POISON.key());
        assertThat(letter.value()).isEqualTo(POISON.value());
        assertThat(headers.require("ce_type")).isEqualTo("dev.parley.ChatCompleted.v1");
        assertThat(headers.require("dead_topic")).isEqualTo("chat.turns");
        assertThat(headers.require("dead_partition")).isEqualTo("3");
        assertThat(headers.require("dead_offset")).isEqualTo("11");
        assertThat(headers.require("dead_reason")).contains("unreadable");
    }

    @Test
    void sendsNoDeadLetterBeforeTheTurnsOfItsBatchAreStored() {
        store.available = false;
        assertThatThrownBy(() -> listener.accept(new TurnRecords(List.of(ONE, POISON))))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(dead.history()).isEmpty();
        store.available = true;
        listener.accept(new TurnRecords(List.of(ONE, POISON)));
        assertThat(dead.history()).hasSize(1);
        assertThat(store.kept).hasSize(1);
    }

    @Test
    void aBatchThatComesAgainAddsNothing() {
        listener.accept(new TurnRecords(List.of(ONE, TWO)));
        listener.accept(new TurnRecords(List.of(ONE, TWO, TWO)));
        assertThat(count("stored")).isEqualTo(2);
        assertThat(count("known")).isEqualTo(3);
    }

    @Test
    void aDeadLetterThatCannotBeSentBringsTheBatchBack() {
        dead.sendException = new TimeoutException("no broker");
        assertThatThrownBy(() -> listener.accept(new TurnRecords(List.of(ONE, POISON))))
                .isInstanceOf(TimeoutException.class);
        dead.sendException = null;
        listener.accept(new TurnRecords(List.of(ONE, POISON)));
        assertThat(dead.history()).hasSize(1);
        assertThat(store.kept).hasSize(1);
    }

    @Test
    void aBatchSaysNothingOfItsContent() {
        assertThat(new TurnRecords(List.of(ONE, TWO))).hasToString("2 records");
    }

    private double count(String outcome) {
        return meters.get("parley.persistence.turns")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
