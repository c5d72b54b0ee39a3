package dev.parley.experiment.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.kafka.SimilarTurns.Sample;
import dev.parley.experiment.similar.SimilarReplay;
import dev.parley.experiment.trial.Trial;
import dev.parley.localstack.LocalKafka;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.similar.Eligibility;
import dev.parley.similar.Guard;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimilarTurnsIT {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final List<String> QUESTIONS = List.of(
            "How do I reset my password?",
            "Where is the town hall of Springfield?",
            "Hi, how do I reset my password",
            "Hello, where is the town hall of Springfield",
            "Why is the sky blue at noon?");
    private static final LocalKafka KAFKA = LocalKafka.start();

    /** When the first question came. */
    private static Instant first = Instant.EPOCH;

    @BeforeAll
    static void fill() throws Exception {
        KAFKA.withTopics();
        first = Instant.now().minus(Duration.ofMinutes(10));
        try (var producer = KAFKA.producer()) {
            for (int number = 0; number < QUESTIONS.size(); number++) {
                Instant endedAt = first.plusSeconds(60L * number);
                boolean last = number == QUESTIONS.size() - 1;
                ChatCompleted turn = ExampleTrials.completed(number, QUESTIONS.get(number), facts -> {
                    facts.receivedAt = endedAt.minusMillis(903);
                    facts.endedAt = endedAt;
                    if (last) {
                        facts.attempts = List.of(facts.attempts.getFirst().costing(Optional.empty()));
                    }
                });
                var _ = producer.send(TurnCodec.encode(turn)).get();
            }
        }
    }

    @AfterAll
    static void stop() {
        KAFKA.close();
    }

    private static Sample sample(int size, Set<GenerationId> done, TurnFilter filter) throws IOException {
        try (OnnxEmbedder embedder = OnnxEmbedder.load();
                Guard guard = Guard.load();
                TopicReader reader = TopicReader.connect(
                        KafkaConnection.plain(KAFKA.bootstrapServers()), IsolationLevel.READ_COMMITTED)) {
            QuestionReader questions = new QuestionReader(new Eligibility(List.of()), embedder);
            SimilarReplay replay = new SimilarReplay(
                    questions,
                    new SimilarQuestions(questions, guard),
                    Thresholds.STANDARD.withCosineMin(0.9),
                    LIFETIME);
            return new SimilarTurns(reader, first.minus(LIFETIME), LIFETIME, filter, replay)
                    .sample("test", "similar=0.9", size, done);
        }
    }

    @Test
    void findsHitsWithTheirEarlierAnswers() throws Exception {
        Sample all = sample(10, Set.of(), new TurnFilter());

        assertThat(all.answered()).isEqualTo(5);
        assertThat(all.unknown()).isZero();
        assertThat(all.lookedUp()).isEqualTo(5);
        assertThat(all.hits()).isEqualTo(2);
        assertThat(all.hitsCost().text("turns")).isEqualTo("USD 0.0400");
        assertThat(all.answeredCost().text("turns")).isEqualTo("at least USD 0.0800; the cost of 1 turns is unknown");
        assertThat(all.trials()).hasSize(2).allSatisfy(trial -> {
            assertThat(trial.model()).isEqualTo("similar=0.9");
            assertThat(((Trial.Compared) trial).check().source())
                    .contains(((Trial.Compared) trial).source().facts().generation());
        });
    }

    @Test
    void drawsTheSameSampleWithoutWhatWasDone() throws Exception {
        Sample one = sample(1, Set.of(), new TurnFilter());
        GenerationId drawn = one.trials().getFirst().turn().facts().generation();

        assertThat(sample(1, Set.of(), new TurnFilter())
                        .trials()
                        .getFirst()
                        .turn()
                        .facts()
                        .generation())
                .isEqualTo(drawn);
        assertThat(sample(10, Set.of(drawn), new TurnFilter()).trials())
                .extracting(trial -> trial.turn().facts().generation())
                .hasSize(1)
                .doesNotContain(drawn);
    }

    @Test
    void theFilterIsOfTheQuestionsAndNotOfTheAnswers() throws Exception {
        TurnFilter second = new TurnFilter().add("conversation=conv-2");

        Sample sample = sample(10, Set.of(), second);

        assertThat(sample.answered()).isEqualTo(1);
        assertThat(sample.hits()).isEqualTo(1);
    }
}
