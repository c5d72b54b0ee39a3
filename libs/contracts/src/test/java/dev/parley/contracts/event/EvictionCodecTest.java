package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.golden.ExampleEvents;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionCodecTest {
    private final Headers headers =
            EvictionCodec.encode(ExampleEvents.ANSWER_EVICTED).headers();

    @Test
    void tellsEvictionsFromRatingsAndChangesOfConversations() {
        assertThat(EvictionCodec.carries(headers)).isTrue();
        assertThat(RatingCodec.carries(headers)).isFalse();
        assertThat(ConversationCodec.carries(headers)).isFalse();
        assertThat(EvictionCodec.carries(
                        RatingCodec.encode(ExampleEvents.ANSWER_RATED).headers()))
                .isFalse();
    }

    @Test
    void isNotFoundByTheGenerationOfATurn() {
        assertThat(new EventHeaders(headers).find(CloudEvent.GENERATION)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "[]", "{\"actor\":[]}"})
    void rejectsAnotherValue(String value) {
        assertThatThrownBy(() -> EvictionCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class);
    }
}
