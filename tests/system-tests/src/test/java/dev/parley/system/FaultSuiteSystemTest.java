package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults of services and stores, each with clients in every phase of an answer. The seed chooses the replica, except of
 * inference-service, and the moment; it is printed, and {@code -Dparley.faults.seed} repeats it.
 */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FaultSuiteSystemTest {
    private static final long SEED = Long.getLong("parley.faults.seed", new Random().nextInt(1_000_000));
    private static final Random RANDOM = new Random(SEED);
    private static final LocalStack STACK = FaultInjectionStack.get();
    private static final List<ChatClient> GATEWAYS =
            List.of(new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1)));
    private static final FaultTable TABLE = FaultRuns.table("Fault suite");
    private static final FaultRuns RUNS = new FaultRuns(STACK, GATEWAYS, TABLE, RANDOM);
    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(9);
    private static final Duration OUTAGE = Duration.ofSeconds(20);

    /** Without Redis, or with a slow one, a request waits for it for at most 1.2 s; the rest is for a busy machine. */
    private static final Duration FIRST_TEXT_MAX = Duration.ofSeconds(5);

    private static Map<String, Double> before = Map.of();

    /** Clients whose requests need Redis for nothing, for the limits of their key, and for its budget. */
    private static Map<String, List<ChatClient>> clientsByLimits = Map.of();

    /** A fault of a process, which runs again afterwards. */
    enum Signal {
        KILL,
        FREEZE,
        STOP;

        void apply(ManagedProcess process) throws Exception {
            switch (this) {
                case KILL -> {
                    process.crash();
                    process.restart();
                }
                case FREEZE -> FaultRuns.freeze(process, LONGER_THAN_A_SESSION);
                case STOP -> {
                    process.stop();
                    process.restart();
                }
            }
        }
    }

    @BeforeAll
    static void warmUp() throws Exception {
        clientsByLimits = new TreeMap<>(Map.of(
                "no limits", GATEWAYS,
                "limited requests", clientsOf(IssuedKey.with(STACK, Map.of("requests_per_minute", 100_000))),
                "limited money", clientsOf(IssuedKey.with(STACK, Map.of("usd_per_day", 1_000)))));
        RUNS.run("none", 0, () -> {});
        before = ResourceUsage.whenIdle(STACK, FaultInjectionStack.REPLICAS);
    }

    @AfterAll
    static void resourceUsageDoesNotGrow() throws Exception {
        System.out.println("The seed was " + SEED);
        TABLE.print();
        RUNS.run("none, afterwards", 0, () -> {});
        var grown = ResourceUsage.grown(before, ResourceUsage.whenIdle(STACK, FaultInjectionStack.REPLICAS));
        // The later classes have processes of their own.
        STACK.close();
        assertThat(grown).isEmpty();
        ServiceLogLines.containNoTextsOrKeys(STACK);
    }

    @AfterEach
    void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
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
    void clientsReceiveWholeAnswersWhenAReplicaFails(String service, Signal signal) throws Exception {
        int replica = RANDOM.nextInt(FaultInjectionStack.REPLICAS);
        // A call is unknown if its owner dies before the first heartbeat is on the log.
        boolean isInference = service.equals("inference-service");
        int unknown = isInference ? 1 : 0;
        FaultRuns.Seen seen = RUNS.run(
                service + ": " + signal.name().toLowerCase(Locale.ROOT),
                unknown,
                service.equals("gateway-service") ? ContinuousRequests.at(replica) : ContinuousRequests.NONE,
                () -> signal.apply(STACK.process(service, isInference ? busiestInference() : replica)));
        if (service.equals("gateway-service") && signal == Signal.KILL) {
            assertThat(seen.resumed()).isPositive();
        } else {
            assertThat(seen.resumed()).as("streams lost without resuming").isZero();
        }
        if (isInference && signal == Signal.KILL) {
            assertThat(seen.callsMost()).isGreaterThan(1);
        }
    }

    /** The replica with the most generations: six or more of the twelve, of which at most four are at their end. */
    private static int busiestInference() throws IOException {
        int busiest = 0;
        double most = 0;
        for (int replica = 0; replica < FaultInjectionStack.REPLICAS; replica++) {
            double running =
                    MetricsPage.of(STACK, "inference-service", replica).sum("parley_inference_generations_running");
            if (running > most) {
                busiest = replica;
                most = running;
            }
        }
        assertThat(most).as("running generations").isPositive();
        return busiest;
    }

    @Test
    void clientsReceiveWholeAnswersWhenKafkaIsKilled() throws Exception {
        RUNS.run(
                "Kafka killed and restarted",
                1,
                ContinuousRequests.ANY,
                () -> Signal.KILL.apply(STACK.process("kafka", 0)));
    }

    @Test
    void rejectsNewRequestsAndContinuesStreamsWhenKafkaHangs() throws Exception {
        List<String> refusals = new ArrayList<>();
        RUNS.run("Kafka frozen for 30 s", 1, ContinuousRequests.ANY, () -> {
            ManagedProcess kafka = STACK.process("kafka", 0);
            kafka.pause();
            try {
                Eventually.pause(Duration.ofSeconds(1));
                for (ChatClient gateway : GATEWAYS) {
                    refusals.add(refusal(gateway));
                }
                Eventually.pause(Duration.ofSeconds(24));
            } finally {
                kafka.resume();
            }
        });
        RUNS.note("new requests during the freeze", String.join("; ", refusals));
        assertThat(refusals).allMatch(refusal -> refusal.startsWith("503 "));
    }

    /** All clients use the connected gateway, so only the other inference-service can complete their answers. */
    @Test
    void anotherReplicaTakesOverWhenAnInferenceServiceLosesKafka() throws Exception {
        FaultRuns firstGatewayOnly = new FaultRuns(STACK, GATEWAYS.subList(0, 1), TABLE, RANDOM);
        FaultRuns.Seen seen = firstGatewayOnly.run("an inference-service cut off from Kafka for 12 s", 1, () -> {
            FaultInjectionStack.KAFKA.cut();
            try {
                Eventually.pause(Duration.ofSeconds(12));
            } finally {
                FaultInjectionStack.KAFKA.restore();
            }
        });
        assertThat(seen.callsMost()).isGreaterThan(1);
    }

    @Test
    void clientsReceiveWholeAnswersWhenReplicasLoseKafka() throws Exception {
        List<String> refusals = new ArrayList<>();
        RUNS.run("a gateway and an inference-service cut off from Kafka for 12 s", 1, ContinuousRequests.at(1), () -> {
            FaultInjectionStack.KAFKA.cut();
            try {
                Eventually.pause(Duration.ofSeconds(4));
                refusals.add(refusal(GATEWAYS.get(1)));
                Eventually.pause(Duration.ofSeconds(6));
            } finally {
                FaultInjectionStack.KAFKA.restore();
            }
        });
        RUNS.note("new requests at that gateway", String.join("; ", refusals));
        assertThat(refusals).allMatch(refusal -> refusal.startsWith("503 "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"redis killed", "redis frozen", "redis wiped", "dynamodb frozen"})
    void clientsReceiveWholeAnswersWithoutAStore(String fault) throws Exception {
        List<FaultRuns.FirstTexts> firstTexts = new ArrayList<>();
        FaultRuns.Seen seen = RUNS.run(fault, 0, () -> {
            ManagedProcess process = STACK.process(fault.substring(0, fault.indexOf(' ')), 0);
            switch (fault.substring(fault.indexOf(' ') + 1)) {
                case "killed" -> {
                    process.crash();
                    try {
                        firstTexts.addAll(duringAnOutage());
                    } finally {
                        process.restart();
                    }
                }
                case "frozen" -> {
                    process.pause();
                    try {
                        firstTexts.addAll(duringAnOutage());
                    } finally {
                        process.resume();
                    }
                }
                case "wiped" -> RedisCommands.flushAll(STACK);
                default -> throw new IllegalArgumentException(fault);
            }
        });
        assertThat(firstTexts).allSatisfy(texts -> assertThat(texts.most()).isLessThan(FIRST_TEXT_MAX));
        assertThat(seen.firstTextMost()).isLessThan(FIRST_TEXT_MAX);
    }

    /** The first texts of new requests of each kind of key, at the beginning of an outage, which then goes on. */
    private static Collection<FaultRuns.FirstTexts> duringAnOutage() throws Exception {
        long since = System.nanoTime();
        var firstTexts = firstTexts().values();
        Eventually.pause(OUTAGE.minusNanos(System.nanoTime() - since));
        return firstTexts;
    }

    private static Map<String, FaultRuns.FirstTexts> firstTexts() throws Exception {
        Map<String, FaultRuns.FirstTexts> firstTexts = new TreeMap<>();
        for (var clients : clientsByLimits.entrySet()) {
            firstTexts.put(clients.getKey(), RUNS.firstTexts(clients.getValue()));
        }
        return firstTexts;
    }

    /** Each reply exceeds the timeout of Redis calls, which bounds the delay of the first text. */
    @Test
    void aSlowRedisDelaysAnswersWithinTheTimeouts() throws Exception {
        var normal = firstTexts();
        Map<String, FaultRuns.FirstTexts> slow = new TreeMap<>();
        FaultRuns.Seen seen = RUNS.run("redis slow, 500 ms for each reply", 0, () -> {
            FaultInjectionStack.REDIS.slow(Duration.ofMillis(500));
            try {
                slow.putAll(firstTexts());
            } finally {
                FaultInjectionStack.REDIS.restore();
            }
        });
        slow.forEach((limits, texts) ->
                RUNS.note("first words of new requests: " + limits, normal.get(limits) + ", then " + texts));
        assertThat(slow.values()).allSatisfy(texts -> assertThat(texts.most()).isLessThan(FIRST_TEXT_MAX));
        assertThat(seen.firstTextMost()).isLessThan(FIRST_TEXT_MAX);
    }

    @Test
    void answersWhileDynamoDbThrottles() throws Exception {
        ThrottlingDynamoDb dynamoDb = FaultInjectionStack.DYNAMODB;
        int throttled = dynamoDb.throttled();
        int unprocessedItems = dynamoDb.unprocessedItems();
        RUNS.run("dynamodb throttles half of its calls for 20 s", 0, () -> {
            dynamoDb.throttle(0.5);
            try {
                String endings = RUNS.steadyStreams("dynamodb throttles", "many", 80, Duration.ofMillis(250));
                assertThat(endings).isEqualTo("80 whole");
            } finally {
                dynamoDb.throttle(0);
            }
        });
        assertThat(dynamoDb.throttled()).isGreaterThan(throttled);
        assertThat(dynamoDb.unprocessedItems()).isGreaterThan(unprocessedItems);
    }

    @Test
    void streamsAgreeWithTurnsWhileClaudeFlaps() throws Exception {
        String mark = "flapping " + UUID.randomUUID();
        try (var _ = new FlappingClaude(new Simulator(STACK), mark, new Random(RANDOM.nextLong()))) {
            String endings = RUNS.steadyStreams("Claude flaps for 60 s", mark, 120, Duration.ofMillis(500));
            assertThat(endings).contains(" whole").doesNotContain("gen_");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            the first token after 20 s,  first_token_ms=20000
            no answer at first,          fault=no_answer times=1
            silence after 20 tokens,     fault=stall after=20 times=1
            """)
    void toleratesASlowOrStalledClaude(String fault, String directives) throws Exception {
        ResumingClient client = new ResumingClient(
                GATEWAYS,
                0,
                ChatClient.question("tokens_per_second=100 text=\"" + LongAnswer.TEXT + "\" " + directives));
        client.run();
        RUNS.run("Claude: " + fault, client);
    }

    private static List<ChatClient> clientsOf(IssuedKey key) {
        return List.of(key.at(0), key.at(1));
    }

    /** The status of a new request, and its latency. */
    private static String refusal(ChatClient gateway) throws Exception {
        long sentAt = System.nanoTime();
        Answer answer = gateway.ask(ChatClient.question("first_token_ms=0 tokens=5 tokens_per_second=0"));
        return answer.status() + " after "
                + Duration.ofNanos(System.nanoTime() - sentAt).toMillis() + " ms";
    }
}
