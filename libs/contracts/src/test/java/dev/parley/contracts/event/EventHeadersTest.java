package dev.parley.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventHeadersTest {
    private final EventHeaders headers = new EventHeaders(new RecordHeaders());

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-11-25T12:00:00.5Z", "9999-12-31T23:59:59.999999999Z"})
    void readsAnInstant(String text) {
        headers.put("ce_time", text);
        assertThat(headers.requireInstant("ce_time")).isEqualTo(Instant.parse(text));
    }

    /** Instants with which a sum of a reader could overflow. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1000000000-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59.999999999Z",
                "noon"
            })
    void rejectsAnInstantOutOfRange(String text) {
        headers.put("ce_time", text);
        assertThatExceptionOfType(MalformedEventException.class).isThrownBy(() -> headers.requireInstant("ce_time"));
    }
}
