package dev.parley.experiment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.kafka.PastTurns.Sample;
import dev.parley.experiment.report.Report;
import dev.parley.experiment.trial.Target;
import dev.parley.localstack.LocalKafka;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PastTurnsIT {
    private static final int TURNS = 20;
    private static final int DELETED = 7;
    private static final LocalKafka KAFKA = LocalKafka.start();
    private static final KafkaConnection CONNECTION = KafkaConnection.plain(KAFKA.bootstrapServers());

    @BeforeAll
    static void fill() throws Exception {
        KAFKA.withTopics();
        try (var producer = KAFKA.producer()) {
            for (int number = 0; number < TURNS; number++) {
                send(producer, TurnCodec.encode(ExampleTrials.completed(number, "Why?")));
            }
            send(producer, TurnCodec.encode(prefilled(TURNS)));
            send(
                    producer,
                    ChangeCodec.encode(new ConversationDeleted(
                            new RequestId("req_%032x".formatted(1)),
                            new TenantId("acme"),
                            new ConversationId("conv-" + DELETED),
                            Instant.now(),
                            "")));
        }
    }

    /** A turn whose request ends with the beginning of the answer. */
    private static ChatCompleted prefilled(int number) {
        return ExampleTrials.completed(number, "Why?", facts -> {
            facts.tenant = new TenantId("initech");
            facts.request = ExampleTrials.prefilled();
        });
    }

    private static void send(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record)
            throws Exception {
        var _ = producer.send(record).get();
    }

    @AfterAll
    static void stop() {
        KAFKA.close();
    }

    private static Sample sample(int size, String filter, Set<GenerationId> done) throws IOException {
        try (TopicReader reader = TopicReader.connect(CONNECTION, IsolationLevel.READ_COMMITTED)) {
            return new PastTurns(
                            reader,
                            Instant.EPOCH,
                            new TurnFilter().add(filter),
                            new Target.Model(ExampleTrials.CHEAPER))
                    .sample("test", size, done);
        }
    }

    private static List<GenerationId> generations(Sample sample) {
        return sample.candidates().stream()
                .map(candidate -> candidate.turn().facts().generation())
                .toList();
    }

    @Test
    void drawsTheSameSampleAgain() throws Exception {
        Sample five = sample(5, "tenant=acme", Set.of());

        assertThat(five.answered()).isEqualTo(TURNS - 1);
        assertThat(generations(five)).hasSize(5).isEqualTo(generations(sample(5, "model=auto", Set.of())));
        assertThat(five.candidates().getFirst().model()).isEqualTo(ExampleTrials.CHEAPER);
    }

    @Test
    void leavesOutDeletedConversationsAndWhatWasDone() throws Exception {
        GenerationId done = generations(sample(1, "kind=question", Set.of())).getFirst();

        assertThat(generations(sample(100, "user=ada", Set.of(done))))
                .hasSize(TURNS - 2)
                .doesNotContain(done, ExampleTrials.generation(DELETED));
    }

    @Test
    void filtersSelect() throws Exception {
        assertThat(sample(5, "tenant=globex", Set.of()).answered()).isZero();
        assertThatThrownBy(() -> new TurnFilter().add("colour=red")).isInstanceOf(UsageException.class);
    }

    /** Newer models would refuse it. */
    @Test
    void leavesOutAndCountsRequestsThatBeginTheAnswer() throws Exception {
        assertThat(sample(5, "tenant=initech", Set.of()))
                .returns(List.of(), Sample::candidates)
                .returns(1L, Sample::answered)
                .returns(1L, Sample::prefilled)
                .returns(0L, Sample::eligible);
        assertThat(sample(5, "tenant=acme", Set.of()).prefilled()).isZero();
    }

    @Test
    void theLogReturnsTheTrialsOfAnExperiment() throws Exception {
        TrialStarted started = ExampleTrials.started("test", 1, BigDecimal.ONE, ExampleTrials.NOW.plusSeconds(1));
        TrialCompleted completed = ExampleTrials.trial(1, 0.2, Verdict.EQUAL);
        try (TrialPublisher publisher = publisher("test");
                TrialLog log = TrialLog.connect(CONNECTION)) {
            publisher.publish(started);
            publisher.publish(completed);

            assertThat(log.events("test")).containsExactly(started, completed);
            assertThat(log.events("another")).isEmpty();
            assertThat(log.trials("test", Optional.empty()).completed()).containsExactly(completed);
            assertThat(log.latest()).contains("test");
        }
    }

    /** What the first run has begun is read by the second one, and what it ends later is not written. */
    @Test
    void aSecondRunOfAnExperimentTakesOver() throws Exception {
        TrialStarted started = ExampleTrials.started("twice", 1, BigDecimal.ONE, ExampleTrials.NOW);
        try (TrialPublisher first = publisher("twice")) {
            first.publish(started);
            try (TrialPublisher second = publisher("twice");
                    TrialLog log = TrialLog.connect(CONNECTION)) {
                assertThatThrownBy(() -> first.publish(ExampleTrials.trial("twice", 1)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("taken over");
                assertThat(log.events("twice")).containsExactly(started);

                second.publish(ExampleTrials.trial("twice", 2));
                assertThat(log.events("twice")).hasSize(2);
            }
        }
    }

    /** The transaction of a mirror that was killed ends after its timeout. */
    @Test
    void anOpenTransactionHidesNoLaterStart() throws Exception {
        TrialStarted started = ExampleTrials.started("behind", 1, BigDecimal.ONE, ExampleTrials.NOW);
        try (var mirror = KAFKA.producer(
                        Map.of("transactional.id", "experiment-mirror", "transaction.timeout.ms", 1_000));
                TrialPublisher publisher = publisher("behind");
                TrialLog log = TrialLog.connect(CONNECTION)) {
            mirror.initTransactions();
            mirror.beginTransaction();
            send(mirror, TrialCodec.encode(ExampleTrials.started("mirror-x", 1, BigDecimal.ONE, ExampleTrials.NOW)));
            publisher.publish(started);

            assertThat(log.events("behind")).containsExactly(started);
            assertThat(log.events("mirror-x")).isEmpty();
        }
    }

    @Test
    void theTrialOfADeletedConversationCostsInTheReportAndIsNotInIt() throws Exception {
        try (TrialPublisher publisher = publisher("deleted");
                TrialLog log = TrialLog.connect(CONNECTION)) {
            publisher.publish(ExampleTrials.trial("deleted", DELETED));
            publisher.publish(ExampleTrials.trial("deleted", DELETED + 1));

            assertThat(new Report("deleted", log.trials("deleted", Optional.empty())).text())
                    .contains(
                            "1 comparisons, 0 failed, 0 running or interrupted, 1 of deleted conversations, USD 2.0020.");
        }
    }

    private static TrialPublisher publisher(String experiment) throws IOException {
        return TrialPublisher.open(CONNECTION, experiment);
    }
}
