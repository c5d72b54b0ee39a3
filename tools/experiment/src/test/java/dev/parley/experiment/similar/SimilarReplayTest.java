package dev.parley.experiment.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.similar.SimilarReplay.Hit;
import dev.parley.experiment.similar.SimilarReplay.Result;
import dev.parley.similar.Eligibility;
import dev.parley.similar.Guard;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimilarReplayTest {
    private static final String HERE = "1".repeat(64);
    private static final String ELSEWHERE = "2".repeat(64);
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final String QUESTION = "How do I reset my password?";

    /** The same after normalisation. */
    private static final String WORDED_OTHERWISE = "Hi,  how do I RESET my password";

    private static OnnxEmbedder embedder;
    private static Guard guard;

    @BeforeAll
    static void load() {
        embedder = OnnxEmbedder.load();
        guard = Guard.load();
    }

    @AfterAll
    static void close() {
        guard.close();
        embedder.close();
    }

    private static Result replay(PastQuestion... questions) {
        QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
        return new SimilarReplay(
                        reader, new SimilarQuestions(reader, guard), Thresholds.STANDARD.withCosineMin(0.9), LIFETIME)
                .replay(List.of(questions));
    }

    private static List<Hit> hits(PastQuestion... questions) {
        return replay(questions).hits();
    }

    private static PastQuestion asked(int number, String text, Duration after) {
        return asked(number, text, after, HERE, true);
    }

    private static PastQuestion asked(int number, String text, Duration after, String partition, boolean serves) {
        Instant received = ExampleTrials.NOW.plus(after);
        return new PastQuestion(
                ExampleTrials.generation(number),
                new Fingerprint(partition),
                new Fingerprint("%064x".formatted(number)),
                text,
                received,
                received.plus(ANSWER),
                true,
                true,
                true,
                serves,
                Optional.of(BigDecimal.ONE));
    }

    /** The same request at another time. */
    private static PastQuestion again(PastQuestion first, int number, Duration after, boolean looksUp) {
        Instant received = ExampleTrials.NOW.plus(after);
        return new PastQuestion(
                ExampleTrials.generation(number),
                first.partition(),
                first.fingerprint(),
                first.text(),
                received,
                received.plus(ANSWER),
                true,
                looksUp,
                true,
                looksUp,
                first.costUsd());
    }

    @Test
    void anEarlierAnswerIsReused() {
        // The order of the list does not matter, that of the times does.
        List<Hit> hits = hits(asked(2, WORDED_OTHERWISE, ANSWER.plusSeconds(1)), asked(1, QUESTION, Duration.ZERO));

        assertThat(hits).singleElement().satisfies(hit -> {
            assertThat(hit.asked().generation()).isEqualTo(ExampleTrials.generation(2));
            assertThat(hit.source().generation()).isEqualTo(ExampleTrials.generation(1));
            assertThat(hit.check())
                    .isEqualTo(new SimilarCheck(
                            SimilarCheck.REUSED,
                            Optional.of(1.0),
                            Optional.empty(),
                            Optional.of(ExampleTrials.generation(1))));
        });
    }

    /** It would also have kept the first answer, so nothing is stored. */
    @Test
    void theExactCacheAnswersARepeatedRequest() {
        PastQuestion first = asked(1, QUESTION, Duration.ZERO);
        Result result = replay(
                first,
                again(first, 2, Duration.ofMinutes(30), true),
                asked(3, WORDED_OTHERWISE, Duration.ofMinutes(70)));

        assertThat(result.hits()).isEmpty();
        assertThat(result.lookedUp()).isEqualTo(2);
    }

    @Test
    void theExactCacheForgetsAfterTheLifetime() {
        PastQuestion first = asked(1, QUESTION, Duration.ZERO);

        Result result = replay(
                first,
                again(first, 2, Duration.ofMinutes(70), true),
                asked(3, WORDED_OTHERWISE, Duration.ofMinutes(80)));

        assertThat(result.lookedUp()).isEqualTo(3);
        assertThat(result.hits())
                .extracting(hit -> hit.source().generation())
                .containsExactly(ExampleTrials.generation(2));
    }

    /** As "Answer again" does. */
    @Test
    void anAnswerThatReplacesAnotherServesNoSimilarQuestion() {
        PastQuestion first = asked(1, QUESTION, Duration.ZERO);

        Result result = replay(
                first,
                again(first, 2, Duration.ofMinutes(1), false),
                asked(3, WORDED_OTHERWISE, Duration.ofMinutes(2)),
                again(first, 4, Duration.ofMinutes(3), true));

        assertThat(result.hits()).isEmpty();
        assertThat(result.lookedUp()).isEqualTo(2);
    }

    @Test
    void anotherQuestionIsNot() {
        assertThat(hits(
                        asked(1, QUESTION, Duration.ZERO),
                        asked(2, "How do I reset my thermostat?", Duration.ofMinutes(1)),
                        asked(3, "How do I not reset my password?", Duration.ofMinutes(2))))
                .isEmpty();
    }

    @Test
    void anAnswerIsReusedWithinItsPartitionOnly() {
        assertThat(hits(
                        asked(1, QUESTION, Duration.ZERO, ELSEWHERE, true),
                        asked(2, WORDED_OTHERWISE, Duration.ofMinutes(1))))
                .isEmpty();
    }

    @Test
    void anAnswerIsReusedAfterItsEndAndForItsLifetime() {
        PastQuestion first = asked(1, QUESTION, Duration.ZERO);
        assertThat(hits(first, asked(2, WORDED_OTHERWISE, ANSWER))).isEmpty();
        assertThat(hits(first, asked(2, WORDED_OTHERWISE, ANSWER.plus(LIFETIME).minusMillis(1))))
                .hasSize(1);
        assertThat(hits(first, asked(2, WORDED_OTHERWISE, ANSWER.plus(LIFETIME))))
                .isEmpty();
    }

    /** Their vectors are nearer than, or as near as, that of the answer. */
    @Test
    void expiredAnswersDoNotHideALaterOne() {
        List<Hit> hits = hits(
                asked(1, QUESTION, Duration.ZERO),
                asked(2, WORDED_OTHERWISE, Duration.ofHours(2)),
                asked(3, "Hello, " + QUESTION, Duration.ofHours(4)),
                asked(4, QUESTION + " Thanks!", Duration.ofHours(6)),
                asked(5, "Hey, " + QUESTION, Duration.ofHours(6).plusMinutes(1)));

        assertThat(hits).extracting(hit -> hit.source().generation()).containsExactly(ExampleTrials.generation(4));
    }

    @Test
    void aRefusalServesNobody() {
        assertThat(hits(
                        asked(1, QUESTION, Duration.ZERO, HERE, false),
                        asked(2, WORDED_OTHERWISE, Duration.ofMinutes(1))))
                .isEmpty();
    }

    /** Its own answer was never asked for. */
    @Test
    void aHitStoresNothing() {
        List<GenerationId> sources = hits(
                        asked(1, QUESTION, Duration.ZERO),
                        asked(2, WORDED_OTHERWISE, Duration.ofMinutes(1)),
                        asked(3, WORDED_OTHERWISE, Duration.ofMinutes(2)))
                .stream()
                .map(hit -> hit.source().generation())
                .toList();

        assertThat(sources).containsExactly(ExampleTrials.generation(1), ExampleTrials.generation(1));
    }
}
