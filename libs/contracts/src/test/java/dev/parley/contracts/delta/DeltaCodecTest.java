package dev.parley.contracts.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.golden.ExampleEvents;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaCodecTest {
    @Property(tries = 500)
    @Domain(AnyDelta.class)
    @Domain(DomainContext.Global.class)
    void readsEveryDeltaThatItWrites(@ForAll Delta delta, @ForAll @IntRange(max = 1000) int partition) {
        var encoded = DeltaCodec.encode(delta, partition);

        assertThat(encoded.partition()).isEqualTo(partition);
        assertThat(DeltaCodec.decode(read(encoded, encoded.key(), encoded.value())))
                .usingRecursiveComparison()
                .isEqualTo(delta);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind", "attempt", "sequence", "cache", "status", "retry-after"})
    void namesTheMissingHeader(String header) {
        var encoded = DeltaCodec.encode(ExampleEvents.FAILED, 5);
        encoded.headers().remove(header);

        assertThatThrownBy(() -> DeltaCodec.decode(read(encoded, encoded.key(), encoded.value())))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(header);
    }

    @ParameterizedTest
    @CsvSource({
        "kind, rumour",
        "attempt, first",
        "attempt, 0",
        "sequence, 1.5",
        "sequence, -1",
        "cache, perhaps",
        "status, OK",
    })
    void namesTheUnreadableHeader(String header, String value) {
        var encoded = DeltaCodec.encode(ExampleEvents.FAILED, 5);
        encoded.headers().remove(header).add(header, value.getBytes(UTF_8));

        assertThatThrownBy(() -> DeltaCodec.decode(read(encoded, encoded.key(), encoded.value())))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(header);
    }

    @Test
    void rejectsADeltaWithoutKeyOrValue() {
        var encoded = DeltaCodec.encode(ExampleEvents.FRAMES, 5);

        assertThatThrownBy(() -> DeltaCodec.decode(read(encoded, null, encoded.value())))
                .isInstanceOf(MalformedEventException.class);
        assertThatThrownBy(() -> DeltaCodec.decode(read(encoded, encoded.key(), null)))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void rejectsAKeyThatIsNotAGenerationId() {
        var encoded = DeltaCodec.encode(ExampleEvents.FRAMES, 5);

        assertThatThrownBy(() -> DeltaCodec.decode(read(encoded, "conv_1", encoded.value())))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("generation");
    }

    @SuppressWarnings("NullAway") // Kafka hands out null keys and values; its types do not declare them nullable
    private static ConsumerRecord<String, byte[]> read(
            ProducerRecord<String, byte[]> written, @Nullable String key, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                written.topic(),
                written.partition(),
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                written.headers(),
                Optional.empty());
    }
}
