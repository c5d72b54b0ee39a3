package dev.parley.system;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.servers.Monitoring;
import dev.parley.localstack.stack.StackSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real Prometheus watches real faults: each alert fires in its fault, and ends after it. The rules are those of production with
 * shorter durations, see {@link FasterRules}. Prints a table.
 */
@FaultStory
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class AlertsSystemTest {
    private static final String QUICK = "first_token_ms=0 tokens=5 tokens_per_second=0";
    private static final String MODEL = "claude-opus-4-5";
    private static final int PLACES = 30;

    /** So many that none reaches its share of the places before these are taken. */
    private static final int KEYS = 10;

    /** Longer than the longest range of an alert that the faults here cause. */
    private static final Duration WITHIN = Duration.ofMinutes(3);

    private static final LocalStack STACK = LocalStack.start(new StackSettings()
            .edge()
            .monitoring(new Monitoring(Duration.ofSeconds(1), FasterRules::of))
            .environment("inference-service", Map.of("SPRING_APPLICATION_JSON", """
                    {"parley":{"inference":{
                      "generation":{
                        "generations-max":%d,
                        "retries":{"fallbacks":{"claude-opus-4-1":["claude-sonnet-5-5"]},"refusals-max":1}},
                      "claude":{"breaker":{"calls":20,"calls-min":20}},
                      "similar":{"audit":{"share":1,"audited-min":3}}}}}""".formatted(PLACES))));
    private static final PrometheusApi PROMETHEUS = new PrometheusApi(STACK.prometheus());
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final AutoCloseable HEALTHY = load(CHAT, MODEL, QUICK, 200);
    private static final FaultTable TABLE =
            new FaultTable("Alerts", "fault", "alert", "seconds to fire", "seconds to clear");

    @BeforeAll
    static void healthy() throws Exception {
        Eventually.value(() -> PROMETHEUS.values("parley:failed_requests:ratio_rate5m"), List.of("0")::equals);
        Eventually.value(PROMETHEUS::firing, Set::isEmpty);
    }

    @AfterAll
    static void stop() throws Exception {
        TABLE.print();
        HEALTHY.close();
        PROMETHEUS.close();
        STACK.close();
    }

    @Test
    void claudeIsSlow() throws Exception {
        shows(
                "Claude's first token after 4 s",
                () -> load(MODEL, "first_token_ms=4000 tokens=5", 200),
                "ParleyFirstTokenSlow");
    }

    @Test
    void claudeFails() throws Exception {
        shows(
                "Claude answers 500",
                () -> load("claude-haiku-4-5", "fault=api_error", 100),
                "ParleyRequestsFail",
                "ParleyAvailabilityBudgetBurnsFast",
                "ParleyModelSuspended");
    }

    @Test
    void oneModelFails() throws Exception {
        shows(
                "a model with a fallback answers 529",
                () -> load("claude-opus-4-1", "first_token_ms=0 tokens=5 fault=overloaded times=2", 500),
                "ParleyModelFallback");
    }

    @Test
    void claudeRefusesTheKey() throws Exception {
        shows("Claude answers 401", () -> load(MODEL, "fault=authentication", 1_000), "ParleyCredentialsRefused");
    }

    @Test
    void allPlacesAreTaken() throws Exception {
        List<ChatClient> chats = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            chats.add(IssuedKey.with(STACK, Map.of()).at(0));
        }
        shows(
                "more requests than places",
                () -> {
                    List<AutoCloseable> loads = chats.stream()
                            .map(chat -> load(chat, MODEL, "first_token_ms=0 tokens=100 tokens_per_second=10", 1_000))
                            .toList();
                    return () -> {
                        for (AutoCloseable load : loads) {
                            load.close();
                        }
                    };
                },
                "ParleyGenerationsRefused");
    }

    @Test
    void anAnswerDoesNotEnd() throws Exception {
        shows(
                "an answer that takes 65 s",
                () -> {
                    CompletableFuture<Answer> answer =
                            CHAT.askAsync(ChatClient.question("first_token_ms=0 tokens=65 tokens_per_second=1"));
                    return answer::join;
                },
                "ParleyRequestsLate inference-service");
    }

    @Test
    void redisIsGone() throws Exception {
        ChatClient limited =
                IssuedKey.with(STACK, Map.of("requests_per_minute", 100_000)).at(0);
        try (AutoCloseable _ = load(limited, MODEL, QUICK, 200)) {
            shows(
                    "Redis killed",
                    () -> crash("redis"),
                    "ParleyBreakerOpen",
                    "ParleyLedgerLocal",
                    "ParleyCacheLate cache-service-answers");
        }
    }

    @Test
    void recordsArePoisoned() throws Exception {
        shows(
                "a record that is no event on chat.turns and chat.requests",
                () -> {
                    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", STACK.kafka()),
                            new StringSerializer(),
                            new ByteArraySerializer())) {
                        for (String topic : List.of(Topics.TURNS.name(), Topics.REQUESTS.name())) {
                            producer.send(new ProducerRecord<>(topic, "poison", new byte[0]))
                                    .get(10, TimeUnit.SECONDS);
                        }
                    }
                    return () -> {};
                },
                "ParleyDeadLetters inference-service",
                "ParleyDeadLetters persistence-worker",
                "ParleyDeadLetters cache-service-answers");
    }

    @Test
    void dynamoDbHangs() throws Exception {
        shows("DynamoDB frozen", () -> pause("dynamodb"), "ParleyStorageLate persistence-worker");
    }

    @Test
    void aConsumerIsKilled() throws Exception {
        for (String service : List.of("persistence-worker", "inference-service")) {
            shows(service + " killed", () -> crash(service), "ParleyNoConsumer " + service, "ParleyTargetDown");
        }
    }

    @Test
    void theGatewayIsKilled() throws Exception {
        shows("gateway-service killed", () -> crash("gateway-service"), "ParleyGatewayGone");
    }

    @Test
    void kafkaHangs() throws Exception {
        shows("the broker frozen", () -> pause("kafka"), "ParleyProgressUnknown inference-service");
    }

    @Test
    void theEdgeHangs() throws Exception {
        shows(
                "Varnish frozen, an answer published",
                () -> {
                    AutoCloseable paused = pause("varnish");
                    CHAT.publish("q-" + UUID.randomUUID(), ChatClient.question());
                    return paused;
                },
                "ParleyEdgePurgeLate edge-purger");
    }

    private static AutoCloseable load(String model, String directives, int everyMillis) {
        return load(CHAT, model, directives, everyMillis);
    }

    /** Sends different requests of one kind at a steady rate, whatever becomes of them. */
    private static AutoCloseable load(ChatClient chat, String model, String directives, int everyMillis) {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        var _ = scheduler.scheduleAtFixedRate(
                () -> {
                    var _ = chat.askAsync(ChatClient.question(directives).put("model", model));
                },
                0,
                everyMillis,
                TimeUnit.MILLISECONDS);
        return scheduler::shutdownNow;
    }

    private static AutoCloseable crash(String program) {
        ManagedProcess process = STACK.process(program, 0);
        process.crash();
        return process::restart;
    }

    private static AutoCloseable pause(String program) {
        ManagedProcess process = STACK.process(program, 0);
        process.pause();
        return process::resume;
    }

    /**
     * Injects a fault, which returns what ends it. Checks that these alerts fire in it, and that none of them does any more
     * some time after it.
     */
    private static void shows(String name, Callable<AutoCloseable> fault, String... alerts) throws Exception {
        secondsUntil(false, alerts);
        Map<String, Double> fired;
        AutoCloseable end = fault.call();
        try {
            fired = secondsUntil(true, alerts);
        } finally {
            end.close();
        }
        Map<String, Double> cleared = secondsUntil(false, alerts);
        fired.forEach((alert, seconds) -> TABLE.row(
                name, alert, "%.0f".formatted(seconds), "%.0f".formatted(requireNonNull(cleared.get(alert)))));
    }

    /** Waits until each of these alerts has fired, or has not fired, at some moment. */
    private static Map<String, Double> secondsUntil(boolean fires, String... alerts) throws Exception {
        long begun = System.nanoTime();
        Map<String, Double> seconds = new TreeMap<>();
        Eventually.value(
                PROMETHEUS::firing,
                firing -> {
                    Stream.of(alerts)
                            .filter(alert -> firing.contains(alert) == fires)
                            .forEach(alert -> seconds.putIfAbsent(alert, (System.nanoTime() - begun) / 1e9));
                    return seconds.size() == alerts.length;
                },
                WITHIN);
        return seconds;
    }
}
