package dev.parley.contracts.published;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.golden.ExampleEvents;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedCodecTest {
    private static final AnswerPublished ANSWER = ExampleEvents.ANSWER_PUBLISHED;

    @Test
    void keepsTheFramesAsTheyAre() {
        byte[] frames = {1, 2, 3};
        assertThat(PublishedCodec.frames(PublishedCodec.encode(ANSWER, frames).headers()))
                .isEqualTo(frames);
    }

    @Test
    void rejectsAnotherType() {
        ProducerRecord<String, byte[]> encoded = PublishedCodec.encode(ExampleEvents.ANSWER_WITHDRAWN);
        encoded.headers().remove(CloudEvent.TYPE).add(CloudEvent.TYPE, "dev.parley.AnswerBurnt.v1".getBytes(UTF_8));
        assertThatExceptionOfType(MalformedEventException.class)
                .isThrownBy(() -> PublishedCodec.decode(encoded.headers(), encoded.value()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "null",
                "{\"tenant\":\"acme\",\"collection\":\"help\",\"slug\":\"A secret question?\","
                        + "\"reason\":\"requested\",\"at\":\"2026-11-24T09:34:38.384Z\"}"
            })
    void doesNotQuoteAnUnreadableValue(String value) {
        ProducerRecord<String, byte[]> encoded = PublishedCodec.encode(ExampleEvents.ANSWER_WITHDRAWN);
        assertThatExceptionOfType(MalformedEventException.class)
                .isThrownBy(() -> PublishedCodec.decode(encoded.headers(), value.getBytes(UTF_8)))
                .withMessageNotContaining("secret");
    }

    @Test
    void anAnswerExpires() {
        var end = ANSWER.expiresAt().orElseThrow();
        assertThat(ANSWER.isCurrent(end.minus(Duration.ofMillis(1)))).isTrue();
        assertThat(ANSWER.isCurrent(end)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"Help, a", "help, ''", "'', a", "he/lp, a", "he.lp, a", "help, a b"})
    void rejectsNamesThatAreNotPartOfAnAddress(String collection, String slug) {
        assertThatIllegalArgumentException().isThrownBy(() -> new QuestionKey(new TenantId("acme"), collection, slug));
    }

    @Test
    void aChangeOfAQuestionPurgesItsAnswerAndTheListButNoOtherAnswer() {
        QuestionKey other = new QuestionKey(ANSWER.tenant(), ANSWER.collection(), "other");
        assertThat(CacheTags.changedWith(ANSWER.question()))
                .anyMatch(CacheTags.of(ANSWER)::contains)
                .anyMatch(CacheTags.ofList(other)::contains);
        assertThat(CacheTags.changedWith(other)).noneMatch(CacheTags.of(ANSWER)::contains);
    }

    @Test
    void tagsHaveAtMost256Characters() {
        QuestionKey longest = new QuestionKey(new TenantId("a".repeat(64)), "b".repeat(64), "c".repeat(100));
        assertThat(CacheTags.changedWith(longest))
                .allSatisfy(tag -> assertThat(tag).hasSizeLessThanOrEqualTo(256));
    }
}
