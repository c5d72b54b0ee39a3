package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults of the services that produce an answer, with two replicas: the client receives one complete answer. */
@AloneOnReplicatedStack
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RecoverySystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final TopicReader TOPICS = new TopicReader(STACK.kafka());
    private static final FaultTable TABLE = new FaultTable("Faults of services");

    /** Eight seconds: faults occur in its middle on a slow machine, too. */
    private static final String SLOWLY = LongAnswer.at(15);

    @AfterAll
    static void stop() throws Exception {
        TABLE.print();
    }

    @BeforeEach
    void noReplicaHasAGeneration() throws Exception {
        Eventually.value(RecoverySystemTest::owners, List::isEmpty);
    }

    @Test
    void completesTheAnswerWhenInferenceIsKilled() throws Exception {
        try (StreamedAnswer reading = CHAT.read(ChatClient.question(SLOWLY)).untilCharacters(200)) {
            ManagedProcess owner = owner();
            owner.crash();
            reading.toTheEnd();
            owner.restart();
            assertWhole("inference-service killed in the middle", "interrupted completed", reading);
        }
    }

    @Test
    void completesTheAnswerWhenInferenceFreezesAndResumesLate() throws Exception {
        try (StreamedAnswer reading = CHAT.read(ChatClient.question(SLOWLY)).untilCharacters(200)) {
            readWhileTheOwnerIsFrozen(reading);
            assertWhole("inference-service frozen for 9 s in the middle", "interrupted completed", reading);
        }
    }

    /** The call of the frozen owner breaks, and another call would be rejected, so it must not start one. */
    @Test
    @Tag("faults")
    void ignoresAFormerOwnerWhoseCallWasCut() throws Exception {
        String cut = SLOWLY + " fault=cut,split,overloaded after=60";
        try (StreamedAnswer reading = CHAT.read(ChatClient.question(cut)).untilCharacters(200)) {
            readWhileTheOwnerIsFrozen(reading);
            assertWhole("inference-service frozen for 9 s, with its call cut", "interrupted completed", reading);
        }
    }

    private static void readWhileTheOwnerIsFrozen(StreamedAnswer reading) throws Exception {
        ManagedProcess owner = owner();
        owner.pause();
        CompletableFuture<Void> resuming =
                CompletableFuture.runAsync(owner::resume, CompletableFuture.delayedExecutor(9, TimeUnit.SECONDS));
        reading.toTheEnd();
        resuming.join();
    }

    @Test
    void completesTheAnswerWhenInferenceIsStopped() throws Exception {
        try (StreamedAnswer reading = CHAT.read(ChatClient.question(SLOWLY)).untilCharacters(200)) {
            ManagedProcess owner = owner();
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(owner::stop);
            reading.toTheEnd();
            stopping.join();
            owner.restart();
            assertWhole("inference-service stopped in the middle", "completed", reading);
        }
    }

    @Test
    @Tag("faults")
    void restartsTheAnswerWhenInferenceIsKilledBeforeTheFirstToken() throws Exception {
        int before = heartbeats();
        CompletableFuture<Answer> asked = CHAT.askAsync(
                ChatClient.question("first_token_ms=4000 tokens_per_second=0 text=\"" + LongAnswer.TEXT + "\""));
        ManagedProcess owner = owner();
        // An attempt of which the log knows nothing is none.
        Eventually.value(RecoverySystemTest::heartbeats, written -> written > before);
        owner.crash();
        Answer answer = asked.get(60, TimeUnit.SECONDS);
        owner.restart();
        assertThat(answer.text()).isEqualTo(LongAnswer.TEXT);
        Turn turn = TURNS.of(answer.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(TurnEvents.attempts(turn)).isEqualTo("interrupted completed");
        TABLE.row(
                "inference-service killed before the first token",
                "message_stop",
                Integer.toString(answer.text().length()),
                TurnEvents.attempts(turn),
                turn.getClass().getSimpleName());
    }

    /** The owner is alive: received data waits for Kafka, and no further call is made. */
    @Test
    void continuesWithTheSameCallWhenKafkaIsKilled() throws Exception {
        try (StreamedAnswer reading = CHAT.read(ChatClient.question(SLOWLY)).untilCharacters(200)) {
            STACK.process("kafka", 0).crash();
            STACK.process("kafka", 0).restart();
            reading.toTheEnd();
            assertWhole("Kafka killed in the middle and restarted", "completed", reading);
        }
    }

    private static void assertWhole(String fault, String attempts, StreamedAnswer reading) throws Exception {
        assertThat(reading.text()).isEqualTo(LongAnswer.TEXT);
        assertThat(reading.lastType()).isEqualTo("message_stop");
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(TurnEvents.text(turn)).isEqualTo(LongAnswer.TEXT);
        assertThat(TurnEvents.attempts(turn)).isEqualTo(attempts);
        TABLE.row(
                fault,
                reading.lastType() + " after a pause of "
                        + reading.longestPause().toMillis() + " ms",
                Integer.toString(reading.text().length()),
                attempts,
                turn.getClass().getSimpleName());
    }

    private static int heartbeats() {
        return (int) TOPICS.all(Topics.DELTAS.name()).stream()
                .filter(piece -> DeltaCodec.decode(piece) instanceof Heartbeat)
                .count();
    }

    /** The only replica with a generation: another may still consider whether to take it over. */
    private static ManagedProcess owner() throws Exception {
        return Eventually.value(RecoverySystemTest::owners, owners -> owners.size() == 1)
                .getFirst();
    }

    /** The replicas that are running a generation, or have a place reserved for one. */
    private static List<ManagedProcess> owners() {
        return IntStream.range(0, 2)
                .filter(RecoverySystemTest::isGenerating)
                .mapToObj(replica -> STACK.process("inference-service", replica))
                .toList();
    }

    private static boolean isGenerating(int replica) {
        try {
            return MetricsPage.of(STACK, "inference-service", replica).sum("parley_inference_generations_running") > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
