package dev.parley.eventlog.published;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.QuestionKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class PublishedAnswersTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId GLOBEX = new TenantId("globex");
    private static final Fingerprint REQUEST = new Fingerprint("a".repeat(64));
    private static final Fingerprint OTHER_REQUEST = new Fingerprint("b".repeat(64));
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final PublishedAnswers answers = new PublishedAnswers();
    private long offset;

    @Test
    void findsAnAnswerByItsQuestionItsIdAndItsRequest() {
        AnswerPublished published = publish(question(ACME, "a"), 1, REQUEST, NOON);

        assertThat(answers.find(published.question())).hasValueSatisfying(found -> {
            assertThat(found.event()).isEqualTo(published);
            assertThat(found.gzippedFrames()).asString(UTF_8).isEqualTo("frames 1");
        });
        assertThat(answers.find(published.id())).isPresent();
        assertThat(answers.find(ACME, REQUEST, NOON)).isPresent();
        assertThat(answers.find(GLOBEX, REQUEST, NOON)).isEmpty();
    }

    @Test
    void aNewVersionReplacesTheOldOneUnderEachOfItsNames() {
        AnswerPublished old = publish(question(ACME, "a"), 1, REQUEST, NOON);
        AnswerPublished changed = publish(question(ACME, "a"), 2, OTHER_REQUEST, NOON);

        assertThat(answers.find(old.id())).isEmpty();
        assertThat(answers.find(ACME, REQUEST, NOON)).isEmpty();
        assertThat(answers.find(changed.id())).isPresent();
        assertThat(answers.all(_ -> true)).hasSize(1);
    }

    @Test
    void aVersionWithTheSameIdStays() {
        AnswerPublished old = publish(question(ACME, "a"), 1, REQUEST, NOON);
        apply(PublishedCodec.encode(old, "new frames".getBytes(UTF_8)));

        assertThat(answers.find(old.id()))
                .hasValueSatisfying(found ->
                        assertThat(found.gzippedFrames()).asString(UTF_8).isEqualTo("new frames"));
        assertThat(answers.find(ACME, REQUEST, NOON)).isPresent();
    }

    @Test
    void aWithdrawnAnswerIsNotFound() {
        AnswerPublished published = publish(question(ACME, "a"), 1, REQUEST, NOON);
        withdraw(published.question());

        assertThat(answers.find(published.question())).isEmpty();
        assertThat(answers.find(published.id())).isEmpty();
        assertThat(answers.find(ACME, REQUEST, NOON)).isEmpty();
        assertThat(answers.bytes(_ -> true)).isZero();
    }

    @Test
    void ofTwoQuestionsWithOneRequestTheLastPublishedAnswers() {
        AnswerPublished later = publish(question(ACME, "b"), 2, REQUEST, NOON.plusSeconds(1));
        AnswerPublished earlier = publish(question(ACME, "a"), 1, REQUEST, NOON);

        assertThat(answers.find(ACME, REQUEST, NOON).map(PublishedAnswer::event))
                .contains(later);
        withdraw(later.question());
        assertThat(answers.find(ACME, REQUEST, NOON).map(PublishedAnswer::event))
                .contains(earlier);
    }

    @Test
    void anAnswerThatHasEndedHidesNoOtherToTheSameRequest() {
        AnswerPublished lasting = publish(question(ACME, "a"), 1, REQUEST, NOON);
        Instant end = NOON.plusSeconds(60);
        AnswerPublished ending = publish(question(ACME, "b"), 2, REQUEST, NOON.plusSeconds(1), Optional.of(end));

        assertThat(answers.find(ACME, REQUEST, end.minusMillis(1)).map(PublishedAnswer::event))
                .contains(ending);
        assertThat(answers.find(ACME, REQUEST, end).map(PublishedAnswer::event)).contains(lasting);
    }

    @Test
    void countsTheBytesOfATenant() {
        publish(question(ACME, "a"), 1, REQUEST, NOON);
        publish(question(GLOBEX, "a"), 2, REQUEST, NOON);

        long acme = answers.bytes(answer -> answer.tenant().equals(ACME));
        assertThat(acme).isPositive();
        assertThat(answers.bytes(_ -> true)).isEqualTo(2 * acme);
    }

    @Test
    void aMalformedEventChangesNothing() {
        AnswerPublished published = publish(question(ACME, "a"), 1, REQUEST, NOON);
        ProducerRecord<String, byte[]> cut = PublishedCodec.encode(published, new byte[0]);
        ProducerRecord<String, byte[]> malformed =
                new ProducerRecord<>(cut.topic(), null, cut.key(), "{".getBytes(UTF_8), cut.headers());

        assertThatExceptionOfType(MalformedEventException.class).isThrownBy(() -> apply(malformed));
        assertThat(answers.find(published.id())).isPresent();
    }

    private static QuestionKey question(TenantId tenant, String slug) {
        return new QuestionKey(tenant, "help", slug);
    }

    private AnswerPublished publish(QuestionKey question, int number, Fingerprint request, Instant at) {
        return publish(question, number, request, at, Optional.empty());
    }

    private AnswerPublished publish(
            QuestionKey question, int number, Fingerprint request, Instant at, Optional<Instant> end) {
        AnswerPublished event = new AnswerPublished(
                question.tenant(),
                question.collection(),
                question.slug(),
                new AnswerId("ans_" + Integer.toString(number).repeat(32)),
                number,
                Audience.PUBLIC,
                GenerationId.unsigned(Clock.systemUTC(), 0),
                ConversationId.next(Clock.systemUTC()),
                request,
                "Why?",
                "claude",
                RawJson.ofText("request"),
                RawJson.ofText("message"),
                Optional.empty(),
                end,
                at);
        apply(PublishedCodec.encode(event, ("frames " + number).getBytes(UTF_8)));
        return event;
    }

    private void withdraw(QuestionKey question) {
        apply(PublishedCodec.encode(
                new AnswerWithdrawn(question, AnswerWithdrawn.Reason.REQUESTED, Optional.empty(), NOON)));
    }

    private void apply(ProducerRecord<String, byte[]> written) {
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(written.topic(), 0, offset++, written.key(), written.value());
        written.headers().forEach(record.headers()::add);
        answers.add(record);
    }
}
