package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong among our own processes: the reader sees one whole answer. Two replicas of what the answer comes from. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RecoverySystemTest {
    private static final LocalStack STACK = DoubledStack.get();
    private static final Chat CHAT = new Chat(STACK.gateway(0));
    private static final Turns TURNS = new Turns(STACK);
    private static final FaultTable TABLE = new FaultTable("Faults of our own");
    private static final String TEXT =
            IntStream.range(0, 120).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

    /** About four seconds. */
    private static final String SLOWLY = "first_token_ms=0 tokens_per_second=30 text=\"" + TEXT + "\"";

    @AfterAll
    static void keepsItsPromises() throws Exception {
        TABLE.print();
        Promises.eachRequestHasOneTurn(STACK);
    }

    @Test
    void goesOnWhenInferenceIsKilledInTheMiddle() throws Exception {
        try (Reading reading = CHAT.read(Chat.question(SLOWLY)).untilCharacters(200)) {
            ManagedProcess owner = owner();
            owner.crash();
            reading.toTheEnd();
            owner.restart();
            assertWhole("inference-service killed in the middle", reading);
        }
    }

    @Test
    void goesOnWhenInferenceFreezesInTheMiddleAndWakesUpLate() throws Exception {
        try (Reading reading = CHAT.read(Chat.question(SLOWLY)).untilCharacters(200)) {
            ManagedProcess owner = owner();
            owner.pause();
            CompletableFuture<Void> wakesUp =
                    CompletableFuture.runAsync(owner::resume, CompletableFuture.delayedExecutor(9, TimeUnit.SECONDS));
            reading.toTheEnd();
            wakesUp.join();
            assertWhole("inference-service frozen for 9 s in the middle", reading);
        }
    }

    /** Its own call broke meanwhile, and the next one would be refused: it must not begin one. */
    @Test
    @Tag("faults")
    void hearsNothingMoreOfAnOwnerThatFrozeAndWhoseCallWasCut() throws Exception {
        String cut = SLOWLY + " fault=cut,split,overloaded after=60";
        try (Reading reading = CHAT.read(Chat.question(cut)).untilCharacters(200)) {
            ManagedProcess owner = owner();
            owner.pause();
            CompletableFuture<Void> wakesUp =
                    CompletableFuture.runAsync(owner::resume, CompletableFuture.delayedExecutor(9, TimeUnit.SECONDS));
            reading.toTheEnd();
            wakesUp.join();
            assertWhole("inference-service frozen for 9 s, its call cut meanwhile", reading);
        }
    }

    @Test
    void noticesNothingWhenInferenceIsStoppedInTheMiddle() throws Exception {
        try (Reading reading = CHAT.read(Chat.question(SLOWLY)).untilCharacters(200)) {
            ManagedProcess owner = owner();
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(owner::stop);
            reading.toTheEnd();
            stopping.join();
            owner.restart();
            assertWhole("inference-service stopped in the middle", reading);
        }
    }

    @Test
    void beginsAgainWhenInferenceIsKilledBeforeTheFirstToken() throws Exception {
        CompletableFuture<Answer> asked =
                CHAT.askAsync(Chat.question("first_token_ms=4000 tokens_per_second=0 text=\"" + TEXT + "\""));
        ManagedProcess owner = Eventually.value(RecoverySystemTest::owners, running -> !running.isEmpty())
                .getFirst();
        owner.crash();
        Answer answer = asked.get(60, TimeUnit.SECONDS);
        owner.restart();
        assertThat(answer.text()).isEqualTo(TEXT);
        Turn turn = TURNS.of(answer.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        TABLE.row(
                "inference-service killed before the first token",
                "message_stop",
                Integer.toString(answer.text().length()),
                Turns.attempts(turn),
                turn.getClass().getSimpleName());
    }

    /** Its owner lives: what it has got of Claude waits, and nobody asks for more. */
    @Test
    void goesOnWithTheSameCallWhenKafkaIsKilledInTheMiddle() throws Exception {
        try (Reading reading = CHAT.read(Chat.question(SLOWLY)).untilCharacters(200)) {
            STACK.process("kafka", 0).crash();
            STACK.process("kafka", 0).restart();
            reading.toTheEnd();
            assertWhole("Kafka killed in the middle and restarted", reading);
            assertThat(Turns.attempts(TURNS.of(reading.generation()))).isEqualTo("completed");
        }
    }

    private static void assertWhole(String fault, Reading reading) throws Exception {
        assertThat(TEXT).startsWith(reading.text());
        assertThat(reading.text()).isEqualTo(TEXT);
        assertThat(reading.lastType()).isEqualTo("message_stop");
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(Turns.text(turn)).isEqualTo(TEXT);
        TABLE.row(
                fault,
                reading.lastType() + " after a pause of "
                        + reading.longestPause().toMillis() + " ms",
                Integer.toString(reading.text().length()),
                Turns.attempts(turn),
                turn.getClass().getSimpleName());
    }

    private static ManagedProcess owner() throws Exception {
        return owners().getFirst();
    }

    /** The replicas that run a generation now. */
    private static List<ManagedProcess> owners() throws Exception {
        return IntStream.range(0, 2)
                .filter(RecoverySystemTest::runsSomething)
                .mapToObj(replica -> STACK.process("inference-service", replica))
                .toList();
    }

    private static boolean runsSomething(int replica) {
        try {
            return MetricsPage.of(STACK, "inference-service", replica)
                    .text()
                    .lines()
                    .anyMatch(line -> line.matches("parley_inference_generations_running.* [1-9].*"));
        } catch (Exception e) {
            return false;
        }
    }
}
