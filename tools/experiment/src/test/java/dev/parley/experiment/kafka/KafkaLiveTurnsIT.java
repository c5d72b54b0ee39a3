package dev.parley.experiment.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.Mirror;
import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.mirror.LiveTurn;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.mirror.MirrorRun;
import dev.parley.experiment.mirror.MirroredKeys;
import dev.parley.localstack.LocalKafka;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One position for all tests, as of one installation: each test first reads to the end. */
@Timeout(120)
class KafkaLiveTurnsIT {
    private static final KeyId MIRRORED = ExampleTrials.key(1);
    private static final KeyId ANOTHER = ExampleTrials.key(2);
    private static final LocalKafka KAFKA = LocalKafka.start();

    private static Producer<String, byte[]> producer;
    private static int last;

    @BeforeAll
    static void start() throws Exception {
        KAFKA.withTopics();
        producer = KAFKA.producer();
        mirror(MIRRORED, "1");
        mirror(ANOTHER, "0.000001");
    }

    @AfterAll
    static void stop() {
        producer.close();
        KAFKA.close();
    }

    private static void send(ProducerRecord<String, byte[]> record) throws Exception {
        var _ = producer.send(record).get();
    }

    private static void mirror(KeyId key, String share) throws Exception {
        send(KeyCodec.encode(ExampleTrials.issued(
                key, Optional.of(new Mirror(ExampleTrials.CHEAPER, new BigDecimal(share), BigDecimal.ONE, Map.of())))));
    }

    /** Writes a turn of a key, and returns its generation. */
    private static GenerationId answered(Optional<KeyId> key) throws Exception {
        last++;
        send(TurnCodec.encode(ExampleTrials.completed(last, "Why?", key, Instant.now())));
        return ExampleTrials.generation(last);
    }

    /** Writes a turn of the mirrored key whose request ends with the beginning of the answer. */
    private static void prefilled() throws Exception {
        last++;
        send(TurnCodec.encode(ExampleTrials.completed(last, "Why?", facts -> {
            facts.key = Optional.of(MIRRORED);
            facts.receivedAt = Instant.now();
            facts.endedAt = Instant.now();
            facts.request = ExampleTrials.prefilled();
        })));
    }

    private static KafkaLiveTurns open() throws Exception {
        return KafkaLiveTurns.open(
                KafkaConnection.plain(KAFKA.bootstrapServers()), new MirroredKeys(), Clock.systemUTC());
    }

    /** The same on a partition, with the time of the record. */
    private static GenerationId answered(int partition, Instant writtenAt) throws Exception {
        last++;
        ProducerRecord<String, byte[]> record =
                TurnCodec.encode(ExampleTrials.completed(last, "Why?", Optional.of(MIRRORED), Instant.now()));
        send(new ProducerRecord<>(
                record.topic(), partition, writtenAt.toEpochMilli(), record.key(), record.value(), record.headers()));
        return ExampleTrials.generation(last);
    }

    /** Reads the turns up to this one. */
    private static List<LiveTurn> readTo(KafkaLiveTurns turns, GenerationId end) throws Exception {
        return readTo(turns, Set.of(end));
    }

    private static List<LiveTurn> readTo(KafkaLiveTurns turns, Set<GenerationId> ends) throws Exception {
        List<LiveTurn> read = new ArrayList<>();
        while (!mirrored(read).containsAll(ends)) {
            read.addAll(turns.next());
        }
        return read;
    }

    private static List<GenerationId> mirrored(List<LiveTurn> turns) {
        return turns.stream()
                .flatMap(turn -> turn.mirrored().stream())
                .map(mirrored -> mirrored.turn().facts().generation())
                .toList();
    }

    private static void toTheEnd(KafkaLiveTurns turns) throws Exception {
        readTo(turns, answered(Optional.of(MIRRORED))).forEach(turns::pass);
        turns.commit();
    }

    private static TrialStarted started(LiveTurn turn) {
        Mirrored mirrored = turn.mirrored().orElseThrow();
        var facts = mirrored.turn().facts();
        return new TrialStarted(
                mirrored.experiment(),
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                mirrored.mirror().model(),
                Optional.empty(),
                ExampleTrials.NOW);
    }

    private static List<TrialEvent> trials() throws Exception {
        try (TrialLog log = TrialLog.connect(KafkaConnection.plain(KAFKA.bootstrapServers()))) {
            List<TrialEvent> trials = new ArrayList<>();
            log.read(Instant.EPOCH, trials::add);
            return trials;
        }
    }

    @Test
    void takesTheShareOfEachKey() throws Exception {
        try (KafkaLiveTurns turns = open()) {
            toTheEnd(turns);
            GenerationId first = answered(Optional.of(MIRRORED));
            answered(Optional.of(ANOTHER));
            answered(Optional.empty());
            prefilled();
            GenerationId end = answered(Optional.of(MIRRORED));

            assertThat(mirrored(readTo(turns, end))).containsExactlyInAnyOrder(first, end);

            mirror(ANOTHER, "1");
            GenerationId changed = answered(Optional.of(ANOTHER));
            assertThat(mirrored(readTo(turns, changed))).contains(changed);
        }
    }

    @Test
    void theStartOfATrialAndItsPositionAreStoredTogether() throws Exception {
        GenerationId first;
        GenerationId second;
        try (KafkaLiveTurns turns = open()) {
            toTheEnd(turns);
            first = answered(Optional.of(MIRRORED));
            LiveTurn turn = readTo(turns, first).getLast();
            turns.start(turn, started(turn));
            second = answered(Optional.of(MIRRORED));
            assertThat(mirrored(readTo(turns, second))).contains(second);
        }
        // As after a kill: nothing was stored for the second turn.
        try (KafkaLiveTurns turns = open()) {
            assertThat(mirrored(readTo(turns, second))).contains(second).doesNotContain(first);
        }
        assertThat(trials()).extracting(TrialEvent::generation).contains(first).doesNotContain(second);
    }

    @Test
    void aNewPartitionBeginsWithTurnsThatAreNotTooOld() throws Exception {
        try (KafkaLiveTurns turns = open()) {
            toTheEnd(turns);
        }
        int added = addPartitions(2);
        answered(added, Instant.now().minus(MirrorRun.AGE_MAX).minusSeconds(60));
        GenerationId young =
                answered(added, Instant.now().minus(MirrorRun.AGE_MAX).plusSeconds(60));
        answered(added + 1, Instant.now().minus(MirrorRun.AGE_MAX).minusSeconds(60));

        try (KafkaLiveTurns turns = open()) {
            GenerationId end = answered(added + 1, Instant.now());

            List<LiveTurn> read = readTo(turns, Set.of(young, end));
            read.forEach(turns::pass);
            turns.commit();
            assertThat(mirrored(read)).containsExactlyInAnyOrder(young, end);
        }
    }

    @Test
    void readsAPartitionThatIsAddedMeanwhile() throws Exception {
        try (KafkaLiveTurns turns = open()) {
            toTheEnd(turns);
            GenerationId generation = answered(addPartitions(1), Instant.now());
            assertThat(mirrored(readTo(turns, generation))).contains(generation);
        }
    }

    /** Returns the first of the added partitions. */
    private static int addPartitions(int count) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            String topic = Topics.TURNS.name();
            int before = requireNonNull(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic))
                    .partitions()
                    .size();
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(before + count)))
                    .all()
                    .get();
            return before;
        }
    }

    @Test
    void aSecondProcessTakesOver() throws Exception {
        try (KafkaLiveTurns old = open()) {
            toTheEnd(old);
            GenerationId generation = answered(Optional.of(MIRRORED));
            LiveTurn turn = readTo(old, generation).getLast();
            try (KafkaLiveTurns current = open()) {
                assertThatThrownBy(() -> old.start(turn, started(turn))).hasMessageContaining("taken over");
                LiveTurn same = readTo(current, generation).getLast();
                current.start(same, started(same));
                current.end(ExampleTrials.trial(last, 0.2, Verdict.EQUAL));
            }
            assertThat(trials().stream().filter(event -> event.generation().equals(generation)))
                    .hasSize(2);
        }
    }

    @Test
    void knowsDeletions() throws Exception {
        try (KafkaLiveTurns turns = open()) {
            toTheEnd(turns);
            LiveTurn turn = readTo(turns, answered(Optional.of(MIRRORED))).getLast();
            var facts = turn.mirrored().orElseThrow().turn().facts();
            assertThat(turns.deleted(turn.mirrored().orElseThrow().turn())).isFalse();

            send(ChangeCodec.encodeDeletion(new ConversationDeleted(
                    new RequestId("req_%032x".formatted(1)), facts.tenant(), facts.conversation(), Instant.now(), "")));

            assertThat(turns.deleted(turn.mirrored().orElseThrow().turn())).isTrue();
        }
    }
}
