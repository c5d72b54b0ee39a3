package dev.parley.contracts.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.golden.ExampleEvents;
import dev.parley.testing.Received;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
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
        assertThat(DeltaCodec.decode(Received.of(encoded, 0)))
                .usingRecursiveComparison()
                .isEqualTo(delta);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind", "attempt", "sequence", "cache", "status", "retry-after"})
    void namesTheMissingHeader(String header) {
        var encoded = DeltaCodec.encode(ExampleEvents.FAILED, 5);
        encoded.headers().remove(header);

        assertThatThrownBy(() -> DeltaCodec.decode(Received.of(encoded, 0)))
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

        assertThatThrownBy(() -> DeltaCodec.decode(Received.of(encoded, 0)))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(header);
    }

    @Test
    void rejectsADeltaWithoutKeyOrValue() {
        var encoded = DeltaCodec.encode(ExampleEvents.FRAMES, 5);

        assertThatThrownBy(() -> DeltaCodec.decode(Received.with(encoded, 0, null, encoded.value())))
                .isInstanceOf(MalformedEventException.class);
        assertThatThrownBy(() -> DeltaCodec.decode(Received.with(encoded, 0, encoded.key(), null)))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void rejectsAKeyThatIsNotAGenerationId() {
        var encoded = DeltaCodec.encode(ExampleEvents.FRAMES, 5);

        assertThatThrownBy(() -> DeltaCodec.decode(Received.with(encoded, 0, "conv_1", encoded.value())))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("generation");
    }
}
