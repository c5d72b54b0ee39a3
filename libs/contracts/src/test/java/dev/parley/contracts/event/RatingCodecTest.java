package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.golden.ExampleEvents;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatingCodecTest {
    private final Headers headers =
            RatingCodec.encode(ExampleEvents.ANSWER_RATED).headers();

    @Test
    void tellsRatingsFromTurnsAndChangesOfConversations() {
        assertThat(RatingCodec.carries(headers)).isTrue();
        assertThat(ConversationCodec.carries(headers)).isFalse();
        assertThat(RatingCodec.carries(ConversationCodec.encode(ExampleEvents.CONVERSATION_RENAMED)
                        .headers()))
                .isFalse();
    }

    @Test
    void isNotFoundByTheGenerationOfATurn() {
        assertThat(new EventHeaders(headers).find(CloudEvent.GENERATION)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "null", "[]", "{\"rating\":\"sideways\",\"comment\":\"\"}", "{\"rating\":\"up\"}"})
    void rejectsAnotherValueWithoutQuotingIt(String value) {
        assertThatThrownBy(() -> RatingCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class)
                .hasNoCause();
    }

    @Test
    void boundsComments() {
        assertThat(AnswerRated.isComment("🦜".repeat(2_000))).isTrue();
        assertThat(AnswerRated.isComment("x".repeat(2_001))).isFalse();
    }
}
