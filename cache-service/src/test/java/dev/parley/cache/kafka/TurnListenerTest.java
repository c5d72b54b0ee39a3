package dev.parley.cache.kafka;

import static dev.parley.cache.ExampleTurns.frames;
import static dev.parley.cache.ExampleTurns.requested;
import static dev.parley.cache.ExampleTurns.turn;
import static dev.parley.testing.Events.NOON;
import static dev.parley.testing.Events.fingerprint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.QuestionPartition;
import dev.parley.cache.answer.CachingPolicy;
import dev.parley.cache.answer.CachingSettings;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.RequestId;
import dev.parley.eventlog.spring.RecordBatch;
import dev.parley.eventlog.trace.TraceSettings;
import dev.parley.testing.Received;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.threeten.extra.MutableClock;

class TurnListenerTest {
    /** The defaults. */
    private static final CachingSettings SETTINGS = new CachingSettings(Duration.ofHours(1), 1_048_576, 10_000);

    private final MutableClock clock = MutableClock.of(NOON.plusSeconds(1), ZoneOffset.UTC);
    private final RecordingAnswerCache cache = new RecordingAnswerCache();
    private final RecordingQuestionStore questions = new RecordingQuestionStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TurnListener listener = new TurnListener(
            cache, questions, new CachingPolicy(SETTINGS), registry, CacheSpans.of(new TraceSettings("")), clock);
    private final ChatRequested requested = requested(fingerprint(), CachePolicy.USE);
    private final Fingerprint partition = fingerprint();
    private final AnswerKey key = new AnswerKey(requested.tenant(), requested.fingerprint());

    @Test
    void storesASuccessfulAnswer() {
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        assertThat(cache.find(key)).hasValueSatisfying(answer -> {
            assertThat(answer.answer().frames()).contains(frames("Because."));
            assertThat(TurnCodec.MAPPER
                            .readTree(answer.answer().message())
                            .at("/content/0/text")
                            .stringValue())
                    .isEqualTo("Because.");
        });
        assertThat(counted("kept")).isEqualTo(1);
    }

    @Test
    void storesARedeliveredAnswerForAnHourAfterItsEnd() {
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        assertThat(cache.remaining).containsEntry(key, Duration.ofHours(1).minusSeconds(1));
        clock.add(Duration.ofMinutes(59));
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        assertThat(cache.remaining).containsEntry(key, Duration.ofSeconds(59));
    }

    @Test
    void skipsOtherAnswers() {
        take(completed("max_tokens", Gzip.pack(frames("Because."))));
        take(TurnCodec.encode(turn(requested, CacheVerdict.MISS, "Because.", "end_turn", NOON)));
        assertThat(cache.find(key)).isEmpty();
        assertThat(counted("stopped_early")).isEqualTo(1);
        assertThat(counted("without_frames")).isEqualTo(1);
    }

    @Test
    void skipsMalformedTurnsAndUnreadableFrames() {
        ProducerRecord<String, byte[]> broken = completed("end_turn", Gzip.pack(frames("Because.")));
        take(new ProducerRecord<>(broken.topic(), null, broken.key(), "{".getBytes(UTF_8), broken.headers()));
        take(completed("end_turn", "no gzip".getBytes(UTF_8)));
        assertThat(counted("unreadable")).isEqualTo(2);
        assertThat(cache.find(key)).isEmpty();
    }

    /** The end of its time in the cache cannot be computed. */
    @Test
    void skipsATurnThatEndsTooLate() {
        ProducerRecord<String, byte[]> sent = completed("end_turn", Gzip.pack(frames("Because.")));
        String late = new String(sent.value(), UTF_8)
                .replaceFirst("\"ended_at\":\"[^\"]*\"", "\"ended_at\":\"+1000000000-12-31T23:59:59Z\"");
        take(new ProducerRecord<>(sent.topic(), null, sent.key(), late.getBytes(UTF_8), sent.headers()));
        assertThat(counted("unreadable")).isEqualTo(1);
        assertThat(cache.find(key)).isEmpty();
    }

    @Test
    void deletesTheAnswersOfADeletedConversationAndSkipsThemWhenRedelivered() {
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        take(deletion(requested));
        assertThat(cache.find(key)).isEmpty();
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        assertThat(cache.find(key)).isEmpty();
        assertThat(counted("forgotten")).isEqualTo(1);
        assertThat(counted("deleted")).isEqualTo(1);
    }

    @Test
    void deletesAnAnswerWithAConversationThatReceivedItFromTheCache() {
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        ChatRequested again = requested(requested.fingerprint(), CachePolicy.USE);
        take(TurnCodec.encode(turn(again, CacheVerdict.EXACT, "Because.", "end_turn", NOON)));
        take(deletion(again));
        assertThat(cache.find(key)).isEmpty();
    }

    /** Else old turns that are read again, all at once, fill Redis. */
    @ParameterizedTest
    @ValueSource(strings = {"EXACT", "MISS"})
    void linksAConversationAsLongAsTheAnswerThatItWasGivenMayBeCached(CacheVerdict verdict) {
        ProducerRecord<String, byte[]> given = TurnCodec.encode(turn(requested, verdict, "Because.", "end_turn", NOON));
        take(given);
        assertThat(cache.remaining).containsEntry(key, Duration.ofMinutes(80).minusSeconds(1));
        cache.remaining.clear();
        clock.add(Duration.ofMinutes(80));
        take(given);
        assertThat(cache.remaining).isEmpty();
    }

    @Test
    void storesTheAnswersOfABatchTogetherAndAppliesChangesInTheOrderOfTheLog() {
        ChatRequested other = requested(fingerprint(), CachePolicy.USE);
        ChatRequested late = requested(fingerprint(), CachePolicy.USE);
        take(List.of(
                completed("end_turn", Gzip.pack(frames("Because."))),
                completed(other, "end_turn", Gzip.pack(frames("Because."))),
                deletion(requested),
                completed("end_turn", Gzip.pack(frames("Because."))),
                completed(late, "end_turn", Gzip.pack(frames("Because.")))));
        assertThat(cache.calls).containsExactly(2, 1);
        assertThat(cache.kept)
                .containsOnlyKeys(
                        new AnswerKey(other.tenant(), other.fingerprint()),
                        new AnswerKey(late.tenant(), late.fingerprint()));
        assertThat(counted("kept")).isEqualTo(3);
        assertThat(counted("deleted")).isEqualTo(1);
    }

    /** A batch is repeated as a whole until Redis responds. */
    @Test
    void countsABatchOnce() {
        cache.down = true;
        ProducerRecord<String, byte[]> good = completed("end_turn", Gzip.pack(frames("Because.")));
        ProducerRecord<String, byte[]> stopped = completed("max_tokens", Gzip.pack(frames("Because.")));
        assertThatThrownBy(() -> take(List.of(stopped, good))).isInstanceOf(CacheUnavailableException.class);
        cache.down = false;
        take(List.of(stopped, good));
        assertThat(counted("stopped_early")).isEqualTo(1);
        assertThat(counted("kept")).isEqualTo(1);
    }

    @Test
    void storesNoMoreTogetherThanAFewMegabytes() {
        byte[] frames = frames("a".repeat(3 * 1024 * 1024));
        ChatRequested other = requested(fingerprint(), CachePolicy.USE);
        ChatRequested third = requested(fingerprint(), CachePolicy.USE);
        take(List.of(
                completed("end_turn", Gzip.pack(frames)),
                completed(other, "end_turn", Gzip.pack(frames)),
                completed(third, "end_turn", Gzip.pack(frames))));
        assertThat(cache.calls).containsExactly(2, 1);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "{")
    void skipsATurnWithAnUnreadableQuestion(@Nullable String question) {
        ProducerRecord<String, byte[]> broken = completed("end_turn", Gzip.pack(frames("Because.")));
        broken.headers().add(TurnCodec.QUESTION, question == null ? null : question.getBytes(UTF_8));
        ChatRequested other = requested(fingerprint(), CachePolicy.USE);
        take(List.of(broken, completed(other, "end_turn", Gzip.pack(frames("Because.")))));
        assertThat(counted("unreadable")).isEqualTo(1);
        assertThat(cache.kept).containsOnlyKeys(new AnswerKey(other.tenant(), other.fingerprint()));
    }

    @Test
    void storesTheQuestionOfAnAnswerThatServesSimilarOnes() {
        take(asked("Because.", "end_turn"));
        assertThat(questions.kept)
                .containsExactly(new RecordingQuestionStore.Kept(
                        new QuestionPartition(requested.tenant(), partition, "model"),
                        new ConversationKey(requested.tenant(), requested.conversation()),
                        new AnsweredQuestion(requested.fingerprint(), requested.generation()),
                        "Why is the sky blue?",
                        Duration.ofHours(1).minusSeconds(1)));
    }

    @Test
    void storesNoQuestionOfARefusalOrOfAnAnswerThatIsNotCached() {
        take(asked("I'm sorry, but I can't help with that.", "end_turn"));
        take(asked("Because.", "stop_sequence"));
        take(asked("Because.", "max_tokens"));
        assertThat(questions.kept).isEmpty();
    }

    /** As "Answer again" does: similar questions must not get an answer that was not made for them. */
    @Test
    void removesTheQuestionOfAnAnswerThatAnotherWithoutAQuestionReplaces() {
        take(asked("Because.", "end_turn"));
        take(completed("end_turn", Gzip.pack(frames("Because."))));
        assertThat(questions.removed).isEmpty();

        ChatRequested again = requested(requested.fingerprint(), CachePolicy.NO_CACHE);
        take(TurnCodec.encode(
                turn(again, CacheVerdict.BYPASS, "I'm sorry, but I can't help with that.", "end_turn", NOON),
                Gzip.pack(frames("I'm sorry, but I can't help with that."))));

        assertThat(questions.removed).containsExactly(key);
        assertThat(cache.find(key))
                .hasValueSatisfying(
                        kept -> assertThat(kept.isOf(again.generation())).isTrue());
    }

    @Test
    void revokesWhatIsRatedDown() {
        take(rated(AnswerRated.Rating.UP));
        assertThat(questions.revoked).isEmpty();

        take(rated(AnswerRated.Rating.DOWN));
        assertThat(questions.revoked)
                .containsExactly(requested.tenant().value() + " "
                        + requested.generation().value());
        assertThat(counted("revoked")).isEqualTo(1);
    }

    @Test
    void removesAnEvictedAnswerWithItsQuestion() {
        take(evicted());
        assertThat(counted("eviction_unknown")).isEqualTo(1);
        assertThat(questions.removed).isEmpty();

        take(asked("Because.", "end_turn"));
        take(evicted());
        assertThat(cache.find(key)).isEmpty();
        assertThat(questions.removed).containsExactly(key);
        assertThat(counted("evicted")).isEqualTo(1);
    }

    private ProducerRecord<String, byte[]> evicted() {
        return ChangeCodec.encode(new AnswerEvicted(
                new RequestId("req_1"), requested.generation(), "admin", NOON, requested.traceparent()));
    }

    private ProducerRecord<String, byte[]> rated(AnswerRated.Rating rating) {
        return ChangeCodec.encode(new AnswerRated(
                new RequestId("req_1"),
                requested.tenant(),
                requested.generation(),
                rating,
                "",
                NOON,
                requested.traceparent()));
    }

    private ProducerRecord<String, byte[]> asked(String answer, String stopReason) {
        return TurnCodec.encode(
                turn(requested, CacheVerdict.MISS, answer, stopReason, NOON),
                Gzip.pack(frames(answer)),
                Optional.of(new StoredQuestion(partition, "model", "Why is the sky blue?", new byte[] {1, 2})));
    }

    private static ProducerRecord<String, byte[]> deletion(ChatRequested requested) {
        return ChangeCodec.encode(new ConversationDeleted(
                new RequestId("req_1"),
                requested.tenant(),
                requested.conversation(),
                requested.generation().madeAt(),
                requested.traceparent()));
    }

    private ProducerRecord<String, byte[]> completed(String stopReason, byte[] gzippedFrames) {
        return completed(requested, stopReason, gzippedFrames);
    }

    private static ProducerRecord<String, byte[]> completed(
            ChatRequested asked, String stopReason, byte[] gzippedFrames) {
        return TurnCodec.encode(turn(asked, CacheVerdict.MISS, "Because.", stopReason, NOON), gzippedFrames);
    }

    private void take(ProducerRecord<String, byte[]> sent) {
        take(List.of(sent));
    }

    private void take(List<ProducerRecord<String, byte[]>> sent) {
        listener.accept(
                new RecordBatch(sent.stream().map(turn -> Received.raw(turn, 0)).toList()));
    }

    private double counted(String outcome) {
        return registry.get("parley.cache.turns")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
