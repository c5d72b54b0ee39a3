package dev.parley.persistence.kafka;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnsEvent;
import dev.parley.persistence.turn.PreparedTurn;
import dev.parley.persistence.turn.TestTurn;
import dev.parley.testing.Received;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparedTurnsTest {
    private final TestTurn turn = TestTurn.of("conv_1", 1);
    private final ProducerRecord<String, byte[]> sent = turn.encoded();

    @Test
    void readsATurnAndTheTraceOfItsRecord() {
        sent.headers().remove("traceparent").add("traceparent", "00-of-the-record".getBytes(UTF_8));
        PreparedTurn prepared = read(Received.raw(sent, 0));
        assertThat(prepared.generation()).isEqualTo(turn.id());
        assertThat(prepared.traceparent()).isEqualTo("00-of-the-record");
        assertThat(prepared.encoded()).isEqualTo(turn.prepared().encoded());
    }

    @Test
    void usesTheTraceOfTheEventIfTheRecordHasNone() {
        sent.headers().remove("traceparent");
        assertThat(read(Received.raw(sent, 0)).traceparent()).isEqualTo(TestTurn.TRACEPARENT);
    }

    /** A tree of this request would exceed the heap. */
    @Test
    void readsATurnWhoseRequestTakesManyTimesItsSizeAsATree() {
        String request = "{\"messages\":[" + "{\"\":0},".repeat(300_000) + "{}]}";
        String asked =
                TurnCodec.decode(sent.headers(), sent.value()).facts().request().toString();
        byte[] hostile = edited(json -> json.replace(asked, request));
        assertThat(hostile).hasSizeGreaterThan(request.length());
        long before = allocated();
        PreparedTurn prepared = read(Received.raw(sent, 0, hostile));
        assertThat(allocated() - before).isLessThan(6L * hostile.length);
        assertThat(prepared.encoded().eventBytes()).isEqualTo(hostile.length);
        assertThat(prepared.activity().title()).isEqualTo("Untitled");
    }

    @Test
    void keepsPropertiesOfALaterVersion() {
        byte[] extended = edited(json -> json.replaceFirst("\\{", "{\"mood\":\"calm\","));
        assertThat(read(Received.raw(sent, 0, extended)).encoded().eventBytes()).isEqualTo(extended.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_type", "ce_generation", "ce_tenant"})
    void rejectsAMissingHeader(String header) {
        sent.headers().remove(header);
        assertRefused(Received.raw(sent, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_generation", "ce_tenant"})
    void rejectsAHeaderThatContradictsTheValue(String header) {
        sent.headers().remove(header).add(header, "other".getBytes(UTF_8));
        assertRefused(Received.raw(sent, 0));
    }

    @Test
    void rejectsAUserTooLongForAKey() {
        assertRefused(Received.raw(turn.by("ü".repeat(513)).encoded(), 0));
        assertThat(read(Received.raw(turn.by("ü".repeat(512)).encoded(), 0))
                        .activity()
                        .user())
                .hasSize(512);
    }

    private byte[] edited(UnaryOperator<String> edit) {
        String json = new String(sent.value(), UTF_8);
        String edited = edit.apply(json);
        assertThat(edited).isNotEqualTo(json);
        return edited.getBytes(UTF_8);
    }

    private static PreparedTurn read(ConsumerRecord<byte[], byte[]> consumed) {
        return TurnListener.prepared((Turn) TurnsEvent.decode(consumed.headers(), consumed.value()), consumed);
    }

    private static void assertRefused(ConsumerRecord<byte[], byte[]> consumed) {
        assertThatThrownBy(() -> read(consumed)).isInstanceOf(MalformedEventException.class);
    }
}
