package dev.parley.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.Part;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults of our processes and of what they need, each striking clients in every phase of an answer. Which replica is
 * struck, and when, is chosen by a seed: it is printed, and {@code -Dparley.faults.seed} repeats it.
 */
@Tag("faults")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FaultSuiteSystemTest {
    private static final long SEED = Long.getLong("parley.faults.seed", new Random().nextInt(1_000_000));
    private static final Random RANDOM = new Random(SEED);
    private static final LocalStack STACK = FaultyStack.get();
    private static final List<Chat> GATEWAYS = List.of(new Chat(STACK.gateway(0)), new Chat(STACK.gateway(1)));
    private static final Turns TURNS = new Turns(STACK);
    private static final SeenByClaude CLAUDE = new SeenByClaude(STACK.simulator());
    private static final FaultTable TABLE = new FaultTable(
            "Fault suite", "fault", "struck", "longest pause, ms", "reconnected", "calls to Claude, most", "verdict");
    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(9);

    private static Map<String, Double> before = Map.of();

    /** What happens to a process. It is well again afterwards. */
    enum Signal {
        KILL,
        FREEZE,
        STOP;

        void strike(Part part) throws Exception {
            switch (this) {
                case KILL -> {
                    part.crash();
                    part.restart();
                }
                case FREEZE -> frozen(part, LONGER_THAN_A_SESSION);
                case STOP -> {
                    part.stop();
                    part.restart();
                }
            }
        }
    }

    @BeforeAll
    static void warmUp() throws Exception {
        told("nothing", 0, () -> {});
        before = Footprint.ofRest(STACK, FaultyStack.REPLICAS);
    }

    @AfterAll
    static void leavesNothingBehind() throws Exception {
        System.out.println("The seed was " + SEED);
        TABLE.print();
        told("nothing, afterwards", 0, () -> {});
        assertThat(Footprint.grown(before, Footprint.ofRest(STACK, FaultyStack.REPLICAS)))
                .isEmpty();
    }

    @AfterEach
    void keepsItsPromises() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
        Projection.isTheFoldOfTheLog(STACK);
    }

    @ParameterizedTest(name = "{1} of {0}")
    @CsvSource(textBlock = """
            gateway-service, KILL
            gateway-service, FREEZE
            gateway-service, STOP
            cache-service, KILL
            cache-service, FREEZE
            cache-service, STOP
            inference-service, KILL
            inference-service, FREEZE
            inference-service, STOP
            persistence-worker, KILL
            persistence-worker, FREEZE
            persistence-worker, STOP
            """)
    void survives(String service, Signal signal) throws Exception {
        Part part = STACK.part(service, RANDOM.nextInt(FaultyStack.REPLICAS));
        // An owner that dies before its first heartbeat is on the log takes the knowledge of its call with it.
        int unknown = service.equals("inference-service") ? 1 : 0;
        told(service + ": " + signal.name().toLowerCase(Locale.ROOT), unknown, () -> signal.strike(part));
    }

    /** It drains for half a minute; who is still reading then has to go on elsewhere. */
    @Test
    void handsOverAnswersThatOutlastAStoppedGateway() throws Exception {
        Resumer client = new Resumer(
                GATEWAYS, 0, Chat.question("first_token_ms=0 tokens_per_second=2.4 text=\"" + Crowd.TEXT + "\""));
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Resumer> telling = thread.submit(client::tell);
            Eventually.value(client::characters, characters -> characters > 20);
            Signal.STOP.strike(STACK.part("gateway-service", 0));
            telling.get(90, TimeUnit.SECONDS);
        }
        row("gateway-service stopped under an answer of 50 s", client);
    }

    @Test
    void survivesKafkaKilled() throws Exception {
        told("Kafka killed and restarted", 1, () -> Signal.KILL.strike(STACK.part("kafka", 0)));
    }

    @Test
    void refusesAtOnceAndGoesOnWhenKafkaHangs() throws Exception {
        List<String> refusals = new ArrayList<>();
        told("Kafka frozen for 30 s", 1, () -> {
            Part kafka = STACK.part("kafka", 0);
            kafka.pause();
            try {
                await(Duration.ofSeconds(1));
                for (Chat gateway : GATEWAYS) {
                    refusals.add(refusal(gateway));
                }
                await(Duration.ofSeconds(24));
            } finally {
                kafka.resume();
            }
        });
        TABLE.row("new requests meanwhile", "", "", "", "", String.join("; ", refusals));
        assertThat(refusals).allMatch(refusal -> refusal.startsWith("503 "));
    }

    @Test
    void survivesReplicasCutOffFromKafka() throws Exception {
        List<String> refusals = new ArrayList<>();
        told("a gateway and an inference-service cut off from Kafka for 12 s", 1, () -> {
            FaultyStack.LINK.cut();
            try {
                await(Duration.ofSeconds(4));
                refusals.add(refusal(GATEWAYS.get(1)));
                await(Duration.ofSeconds(6));
            } finally {
                FaultyStack.LINK.mend();
            }
        });
        TABLE.row("new requests at that gateway meanwhile", "", "", "", "", String.join("; ", refusals));
        assertThat(refusals).allMatch(refusal -> refusal.startsWith("503 "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"redis killed", "redis frozen", "redis wiped", "dynamodb frozen"})
    void doesWithout(String fault) throws Exception {
        told(fault, 0, () -> {
            Part part = STACK.part(fault.substring(0, fault.indexOf(' ')), 0);
            switch (fault.substring(fault.indexOf(' ') + 1)) {
                case "killed" -> Signal.KILL.strike(part);
                case "frozen" -> frozen(part, Duration.ofSeconds(20));
                case "wiped" -> wipe();
                default -> throw new IllegalArgumentException(fault);
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            the first token after 20 s,  first_token_ms=20000
            no answer at first,          fault=no_answer times=1
            silence after 20 tokens,     fault=stall after=20 times=1
            """)
    void waitsForClaude(String fault, String directives) throws Exception {
        Resumer client = new Resumer(
                GATEWAYS, 0, Chat.question("tokens_per_second=100 text=\"" + Crowd.TEXT + "\" " + directives));
        client.tell();
        row("Claude: " + fault, client);
    }

    private static void row(String fault, Resumer client) throws Exception {
        Turn turn = TURNS.of(client.generation());
        String verdict = verdict(client);
        TABLE.row(
                fault,
                "",
                Long.toString(client.longestPause().toMillis()),
                Integer.toString(client.resumed()),
                Integer.toString(turn.facts().attempts().size()),
                verdict);
        assertThat(verdict).isEqualTo("whole");
    }

    private interface Fault {
        void strike() throws Exception;
    }

    /** Has clients in each phase when the fault strikes, and looks at what each of them saw. */
    private static void told(String fault, int unknownCallsMax, Fault strikes) throws Exception {
        List<String> verdicts = new ArrayList<>();
        try (Crowd crowd = Crowd.inEachPhase(GATEWAYS, 0.75 + RANDOM.nextDouble() / 5)) {
            strikes.strike();
            for (var phase : crowd.toTheEnd().entrySet()) {
                List<Resumer> clients =
                        phase.getValue().stream().map(Crowd.Member::client).toList();
                String verdict = String.join(
                        "; ",
                        clients.stream().map(each -> verdictOf(each)).distinct().toList());
                String bill = bill(phase.getValue(), unknownCallsMax);
                TABLE.row(
                        fault,
                        phase.getKey().text(),
                        Long.toString(clients.stream()
                                .map(Resumer::longestPause)
                                .max(Comparator.naturalOrder())
                                .orElseThrow()
                                .toMillis()),
                        Integer.toString(
                                clients.stream().mapToInt(Resumer::resumed).sum()),
                        bill,
                        verdict);
                verdicts.add(verdict);
            }
        }
        assertThat(verdicts).as(fault).containsOnly("whole");
    }

    private static String verdictOf(Resumer client) {
        try {
            return verdict(client);
        } catch (Exception e) {
            return e.toString();
        }
    }

    private static String verdict(Resumer client) throws Exception {
        Turn turn = TURNS.of(client.generation());
        boolean whole = client.text().equals(Crowd.TEXT)
                && client.lastType().equals("message_stop")
                && turn instanceof Turn.ChatCompleted
                && Turns.text(turn).equals(client.text());
        return whole
                ? "whole"
                : client.generation() + ": " + client.text().length() + " characters, then " + client.lastType() + ", "
                        + turn.getClass().getSimpleName();
    }

    /** Every call that Claude has got is in the turn, once. The most calls of one client. */
    private static String bill(List<Crowd.Member> members, int unknownMax) throws Exception {
        int most = 0;
        for (Crowd.Member member : members) {
            int calls = CLAUDE.requests(member.marker()).size();
            List<Turn> turns = TURNS.asked(member.marker());
            int billed = turns.stream()
                    .mapToInt(turn -> turn.facts().attempts().size())
                    .sum();
            assertThat(billed)
                    .as("billed calls of " + member.client().generation())
                    .isBetween(calls - unknownMax, calls);
            for (Turn turn : turns) {
                assertThat(turn.facts().attempts()).extracting(Attempt::number).doesNotHaveDuplicates();
            }
            most = Math.max(most, calls);
        }
        return Integer.toString(most);
    }

    /** What a new request gets, and how soon. */
    private static String refusal(Chat gateway) throws Exception {
        long asked = System.nanoTime();
        Answer answer = gateway.ask(Chat.question("first_token_ms=0 tokens=5 tokens_per_second=0"));
        return answer.status() + " after "
                + Duration.ofNanos(System.nanoTime() - asked).toMillis() + " ms";
    }

    private static void frozen(Part part, Duration time) throws InterruptedException {
        part.pause();
        try {
            await(time);
        } finally {
            part.resume();
        }
    }

    private static void await(Duration time) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void wipe() throws Exception {
        URI redis = URI.create(STACK.redis());
        try (var socket = new Socket(redis.getHost(), redis.getPort())) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(US_ASCII));
            assertThat(socket.getInputStream().readNBytes(3)).isEqualTo("+OK".getBytes(US_ASCII));
        }
    }
}
