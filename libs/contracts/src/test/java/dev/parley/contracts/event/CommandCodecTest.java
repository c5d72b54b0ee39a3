package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.golden.ExampleEvents;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCodecTest {
    @Property(tries = 200)
    @Domain(AnyEvent.class)
    void readsEveryCommandThatItWrites(@ForAll Command event) {
        var encoded = CommandCodec.encode(event);

        assertThat(encoded.key()).isEqualTo(event.generation().value());
        assertThat(CommandCodec.decode(encoded.headers())).isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_type", "ce_time", "ce_generation", "ce_tenant", "traceparent", "ce_gracems"})
    void namesTheMissingHeader(String header) {
        var headers = CommandCodec.encode(ExampleEvents.READING_STOPPED).headers();
        headers.remove(header);

        assertThatThrownBy(() -> CommandCodec.decode(headers))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(header);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_time, now",
        "ce_generation, all",
        "ce_tenant, A",
        "ce_type, dev.parley.ReadingStopped.v2",
        "ce_gracems, -1",
        "ce_gracems, 15s",
        "ce_gracems, ''"
    })
    void rejectsAnUnreadableHeader(String header, String value) {
        var headers = CommandCodec.encode(ExampleEvents.READING_STOPPED).headers();
        headers.remove(header).add(header, value.getBytes(UTF_8));

        assertThatThrownBy(() -> CommandCodec.decode(headers)).isInstanceOf(MalformedEventException.class);
    }
}
