package dev.parley.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.TurnCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class TextEnumTest {
    @Test
    void hasItsTextInEvents() {
        assertThat(TurnCodec.MAPPER.writeValueAsString(SimilarMode.STRICT)).isEqualTo("\"strict\"");
        assertThat(TurnCodec.MAPPER.readValue("\"strict\"", SimilarMode.class)).isEqualTo(SimilarMode.STRICT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\"0\"", "\"\"", "\"STRICT\"", "\"other\""})
    void anotherValueIsNoEvent(String json) {
        assertThatThrownBy(() -> TurnCodec.MAPPER.readValue(json, SimilarMode.class))
                .isInstanceOf(JacksonException.class);
    }
}
