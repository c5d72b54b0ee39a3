package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.golden.ExampleEvents;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeCodecTest {
    private static final Instant TIME = Instant.parse("2026-11-24T09:30:00.160Z");

    @Test
    void distinguishesItsEventsFromTurns() {
        assertThat(List.of(
                        ChangeCodec.encode(ExampleEvents.CONVERSATION_RENAMED),
                        ChangeCodec.encode(ExampleEvents.CONVERSATION_DELETED),
                        ChangeCodec.encode(ExampleEvents.ANSWER_RATED),
                        ChangeCodec.encode(ExampleEvents.ANSWER_EVICTED)))
                .allMatch(change -> ChangeCodec.carries(change.headers()));
        assertThat(ChangeCodec.carries(
                        TurnCodec.encode(ExampleEvents.CHAT_FAILED).headers()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_type", "ce_id", "ce_time", "ce_conversation", "ce_tenant", "traceparent"})
    void namesTheMissingHeader(String header) {
        var encoded = ChangeCodec.encode(ExampleEvents.CONVERSATION_DELETED);
        encoded.headers().remove(header);

        assertThatThrownBy(() -> ChangeCodec.decode(encoded.headers(), encoded.value()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"title\":7}", "{\"title\":\" \"}", "{\"title\":\"two\\nlines\"}"})
    void rejectsARenamingWithoutATitle(String value) {
        var headers = ChangeCodec.encode(ExampleEvents.CONVERSATION_RENAMED).headers();

        assertThatThrownBy(() -> ChangeCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void namesNoGenerationByWhichATurnIsFound() {
        for (var change : List.of(
                ChangeCodec.encode(ExampleEvents.ANSWER_RATED), ChangeCodec.encode(ExampleEvents.ANSWER_EVICTED))) {
            assertThat(new EventHeaders(change.headers()).find(CloudEvent.GENERATION))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "null", "[]", "{\"rating\":\"sideways\",\"comment\":\"\"}", "{\"rating\":\"up\"}"})
    void rejectsAnotherValueOfARatingWithoutQuotingIt(String value) {
        var headers = ChangeCodec.encode(ExampleEvents.ANSWER_RATED).headers();

        assertThatThrownBy(() -> ChangeCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "[]", "{\"actor\":[]}"})
    void rejectsAnotherValueOfAnEviction(String value) {
        var headers = ChangeCodec.encode(ExampleEvents.ANSWER_EVICTED).headers();

        assertThatThrownBy(() -> ChangeCodec.decode(headers, value.getBytes(UTF_8)))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void boundsComments() {
        assertThat(AnswerRated.isComment("🦜".repeat(2_000))).isTrue();
        assertThat(AnswerRated.isComment("x".repeat(2_001))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "80, true", "81, false", "0, false"})
    void aTitleHasOneToEightyCharactersHoweverManyBytesTheyTake(int characters, boolean allowed) {
        assertThat(ConversationRenamed.isTitle("🦜".repeat(characters))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\u0000", "a\u2028b", "\u200b\u00a0", "\ud83e"})
    void aTitleIsOneVisibleLine(String text) {
        assertThat(ConversationRenamed.isTitle(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "0, true", "1, false"})
    void aDeletionCoversGenerationsUpToItsMillisecond(long millisLater, boolean covered) {
        GenerationId generation = new GenerationId(
                "gen_%012x%s".formatted(TIME.plusMillis(millisLater).toEpochMilli(), "7fff8fffffffffffffff"));

        assertThat(ConversationDeleted.covers(TIME, generation)).isEqualTo(covered);
        assertThat(generation.value().compareTo(GenerationId.boundaryAfter(TIME).value()) < 0)
                .as("and so does its boundary")
                .isEqualTo(covered);
    }
}
