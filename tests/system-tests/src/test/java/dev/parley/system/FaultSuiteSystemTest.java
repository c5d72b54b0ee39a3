package dev.parley.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
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
    private static final FaultTable TABLE = new FaultTable(
            "Fault suite", "fault", "struck", "longest pause, ms", "reconnected", "calls to Claude, most", "verdict");
    private static final FaultStories STORIES = new FaultStories(STACK, GATEWAYS, TABLE, RANDOM);
    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(9);

    private static Map<String, Double> before = Map.of();

    /** What happens to a process. It is well again afterwards. */
    enum Signal {
        KILL,
        FREEZE,
        STOP;

        void strike(ManagedProcess part) throws Exception {
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
        STORIES.told("nothing", 0, () -> {});
        before = Footprint.ofRest(STACK, FaultyStack.REPLICAS);
    }

    @AfterAll
    static void leavesNothingBehind() throws Exception {
        System.out.println("The seed was " + SEED);
        TABLE.print();
        STORIES.told("nothing, afterwards", 0, () -> {});
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
        int replica = RANDOM.nextInt(FaultyStack.REPLICAS);
        ManagedProcess part = STACK.process(service, replica);
        // An owner that dies before its first heartbeat is on the log takes the knowledge of its call with it.
        int unknown = service.equals("inference-service") ? 1 : 0;
        STORIES.told(
                service + ": " + signal.name().toLowerCase(Locale.ROOT),
                unknown,
                service.equals("gateway-service") ? AnswersMeanwhile.at(replica) : AnswersMeanwhile.NONE,
                () -> signal.strike(part));
    }

    @Test
    void survivesKafkaKilled() throws Exception {
        STORIES.told(
                "Kafka killed and restarted",
                1,
                AnswersMeanwhile.ANY,
                () -> Signal.KILL.strike(STACK.process("kafka", 0)));
    }

    @Test
    void refusesAtOnceAndGoesOnWhenKafkaHangs() throws Exception {
        List<String> refusals = new ArrayList<>();
        STORIES.told("Kafka frozen for 30 s", 1, AnswersMeanwhile.ANY, () -> {
            ManagedProcess kafka = STACK.process("kafka", 0);
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

    /** All readers are at the gateway that is not cut off: what they wait for is the other inference-service. */
    @Test
    void goesOnAtTheOtherWhenAnInferenceServiceIsCutOffFromKafka() throws Exception {
        FaultStories atTheOther = new FaultStories(STACK, GATEWAYS.subList(0, 1), TABLE, RANDOM);
        atTheOther.told("an inference-service cut off from Kafka for 12 s", 1, () -> {
            FaultyStack.KAFKA.cut();
            try {
                await(Duration.ofSeconds(12));
            } finally {
                FaultyStack.KAFKA.mend();
            }
        });
    }

    @Test
    void survivesReplicasCutOffFromKafka() throws Exception {
        List<String> refusals = new ArrayList<>();
        STORIES.told(
                "a gateway and an inference-service cut off from Kafka for 12 s", 1, AnswersMeanwhile.at(1), () -> {
                    FaultyStack.KAFKA.cut();
                    try {
                        await(Duration.ofSeconds(4));
                        refusals.add(refusal(GATEWAYS.get(1)));
                        await(Duration.ofSeconds(6));
                    } finally {
                        FaultyStack.KAFKA.mend();
                    }
                });
        TABLE.row("new requests at that gateway meanwhile", "", "", "", "", String.join("; ", refusals));
        assertThat(refusals).allMatch(refusal -> refusal.startsWith("503 "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"redis killed", "redis frozen", "redis wiped", "dynamodb frozen"})
    void doesWithout(String fault) throws Exception {
        STORIES.told(fault, 0, () -> {
            ManagedProcess part = STACK.process(fault.substring(0, fault.indexOf(' ')), 0);
            switch (fault.substring(fault.indexOf(' ') + 1)) {
                case "killed" -> Signal.KILL.strike(part);
                case "frozen" -> frozen(part, Duration.ofSeconds(20));
                case "wiped" -> wipe();
                default -> throw new IllegalArgumentException(fault);
            }
        });
    }

    /** Each reply takes longer than anybody waits. The first words of new answers are late by less than that. */
    @Test
    void waitsForASlowRedisNoLongerThanItSays() throws Exception {
        Map<String, List<Chat>> clients = new TreeMap<>(Map.of(
                "no limits", GATEWAYS,
                "limited requests", clientsOf(IssuedKey.with(STACK, Map.of("requests_per_minute", 100_000))),
                "limited money", clientsOf(IssuedKey.with(STACK, Map.of("usd_per_day", 1_000)))));
        Map<String, String> firstWords = new TreeMap<>();
        for (var each : clients.entrySet()) {
            firstWords.put(each.getKey(), STORIES.firstWords(each.getValue()));
        }
        STORIES.told("redis slow, 500 ms for each reply", 0, () -> {
            FaultyStack.REDIS.slow(Duration.ofMillis(500));
            try {
                for (var each : clients.entrySet()) {
                    firstWords.merge(
                            each.getKey(),
                            STORIES.firstWords(each.getValue()),
                            (well, slow) -> well + ", then " + slow);
                }
            } finally {
                FaultyStack.REDIS.mend();
            }
        });
        firstWords.forEach(
                (limits, words) -> TABLE.row("first words of new requests: " + limits, "", "", "", "", words));
    }

    @Test
    void chatsOnWhileDynamoDbThrottles() throws Exception {
        ThrottlingDynamoDb dynamoDb = FaultyStack.DYNAMODB;
        int throttled = dynamoDb.throttled();
        int heldBack = dynamoDb.heldBack();
        STORIES.told("dynamodb throttles half of its calls for 20 s", 0, () -> {
            dynamoDb.throttle(0.5);
            try {
                String endings = STORIES.steadily("dynamodb throttles", "many", 80, Duration.ofMillis(250));
                assertThat(endings).isEqualTo("80 whole");
            } finally {
                dynamoDb.throttle(0);
            }
        });
        assertThat(dynamoDb.throttled()).isGreaterThan(throttled);
        assertThat(dynamoDb.heldBack()).isGreaterThan(heldBack);
    }

    @Test
    void tellsTheTruthWhileClaudeFlaps() throws Exception {
        String mark = "flapping " + UUID.randomUUID();
        try (var _ = new FlappingClaude(STACK.simulator(), mark, new Random(RANDOM.nextLong()))) {
            String endings = STORIES.steadily("Claude flaps for 60 s", mark, 120, Duration.ofMillis(500));
            assertThat(endings).contains(" whole").doesNotContain("gen_");
        }
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
        STORIES.told("Claude: " + fault, client);
    }

    private static List<Chat> clientsOf(IssuedKey key) {
        return List.of(key.at(0), key.at(1));
    }

    /** What a new request gets, and how soon. */
    private static String refusal(Chat gateway) throws Exception {
        long asked = System.nanoTime();
        Answer answer = gateway.ask(Chat.question("first_token_ms=0 tokens=5 tokens_per_second=0"));
        return answer.status() + " after "
                + Duration.ofNanos(System.nanoTime() - asked).toMillis() + " ms";
    }

    private static void frozen(ManagedProcess part, Duration time) throws InterruptedException {
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
