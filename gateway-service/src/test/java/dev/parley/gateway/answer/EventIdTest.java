package dev.parley.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
    @Test
    void parsesTheIdsThatAreWritten() {
        assertThat(EventId.parse("3-42.1")).isEqualTo(new EventId(3, 42, 1));
        assertThat(EventId.parse("23-999999999999999999.999999999"))
                .isEqualTo(new EventId(23, 999_999_999_999_999_999L, 999_999_999));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3",
                "3-42",
                "3.42-1",
                "-1-42.0",
                "3--42.0",
                "3-42.-1",
                "3-42.0 ",
                "a-42.0",
                "3-42.0.0",
                "3-9999999999999999999.0",
                "3-42.9999999999",
                "12345-1.0",
                "٣-42.0"
            })
    void rejectsOtherFormats(String text) {
        assertThatThrownBy(() -> EventId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsTheReceivedEventsOfARecord() {
        EventId id = new EventId(3, 42, 1);
        assertThat(id.framesReceivedAt(41)).isEqualTo(Integer.MAX_VALUE);
        assertThat(id.framesReceivedAt(42)).isEqualTo(2);
        assertThat(id.framesReceivedAt(43)).isZero();
    }
}
