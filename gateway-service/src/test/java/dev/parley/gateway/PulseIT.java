package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What operators are shown of a real log. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@TestMethodOrder(OrderAnnotation.class)
class PulseIT {
    private static final TenantId TENANT = new TenantId("acme");
    private static final ConversationId CONVERSATION = new ConversationId("conv_pulse");
    private static final String GROUP = "persistence-worker";
    private static final String SECRET = "words of a client";

    private static LocalKafka kafka;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start().withTopics();
        gateway = RunningGateway.start(
                kafka.bootstrapServers(),
                "--parley.gateway.session.local-key=local",
                "--parley.gateway.pulse.refresh=200ms",
                "--parley.gateway.pulse.services.inference-service=http://127.0.0.1:1");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        kafka.close();
    }

    @Test
    void showsWhatEndedBeforeAndWhileSomebodyWatches() throws Exception {
        int partition = record(CacheVerdict.EXACT, CacheVerdict.MISS);
        try (Snapshots snapshots = new Snapshots(gateway)) {
            JsonNode first =
                    snapshots.until(snapshot -> snapshot.at("/minute/ended").asInt() == 2);
            assertThat(first.at("/minute/hit_rate").asDouble()).isEqualTo(0.5);
            assertThat(first.at("/minute/stages/claude/p95").asDouble()).isEqualTo(100);
            assertThat(first.at("/slowest/0/timings/total_ms").asDouble()).isEqualTo(104);

            commit(partition, 0);
            snapshots.until(snapshot -> lag(snapshot) == 2);
            record(CacheVerdict.MISS);
            JsonNode more =
                    snapshots.until(snapshot -> snapshot.at("/minute/ended").asInt() == 3 && lag(snapshot) == 3);
            assertThat(more.at("/minute/cost_usd_per_hour").asDouble()).isPositive();
            assertThat(more.toString()).doesNotContain(SECRET);

            // The third offset is that of the first transaction's marker: one turn is left.
            commit(partition, 2);
            snapshots.until(snapshot -> lag(snapshot) == 1);
            commit(partition, 4);
            snapshots.until(snapshot -> lag(snapshot) == 0);
        }
    }

    @Test
    void doesNotKnowWhatItCannotReach() throws Exception {
        try (Snapshots snapshots = new Snapshots(gateway)) {
            JsonNode snapshot = snapshots.until(seen ->
                    !seen.path("services").isEmpty() && !seen.path("topics").isEmpty());
            JsonNode inference = snapshot.path("services").values().stream()
                    .filter(service -> service.path("service").asString().equals("inference-service"))
                    .findFirst()
                    .orElseThrow();
            assertThat(inference.at("/replicas/0/reached").asBoolean(true)).isFalse();
            assertThat(snapshot.path("gauges").has("generations_running")).isFalse();
            assertThat(snapshot.path("lookups").isNull()).isTrue();
            assertThat(snapshot.at("/topics/0/groups/0/group").asString()).isEqualTo("inference-service");
        }
    }

    /** The last: it needs a gateway of which nothing is left. */
    @Test
    @Order(Integer.MAX_VALUE)
    void endsTheStreamWhenTheGatewayStops() throws Exception {
        try (Snapshots snapshots = new Snapshots(gateway)) {
            snapshots.until(_ -> true);
            long start = System.nanoTime();
            Thread stop = Thread.ofVirtual().start(gateway::stop);
            snapshots.untilTheEnd();
            stop.join();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    private static long lag(JsonNode snapshot) {
        return snapshot.path("topics").values().stream()
                .flatMap(topic -> topic.path("groups").values().stream())
                .filter(group -> group.path("group").asString().equals(GROUP))
                .mapToLong(group -> group.path("lag").asLong(-1))
                .findFirst()
                .orElse(-1);
    }

    private static void commit(int partition, long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.alterConsumerGroupOffsets(
                            GROUP,
                            Map.of(new TopicPartition(Topics.TURNS.name(), partition), new OffsetAndMetadata(offset)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    /** One transaction of these turns; they are all in one partition. */
    private static int record(CacheVerdict... verdicts) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "pulse"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            int partition = -1;
            for (CacheVerdict verdict : verdicts) {
                partition = producer.send(TurnCodec.encode(turn(verdict), "test"))
                        .get(20, TimeUnit.SECONDS)
                        .partition();
            }
            producer.commitTransaction();
            return partition;
        }
    }

    private static Turn turn(CacheVerdict verdict) {
        double claude = verdict == CacheVerdict.EXACT ? 0 : 100;
        var message = JsonMapper.shared().createObjectNode().put("text", SECRET);
        return new Turn.ChatCompleted(
                new TurnFacts(
                        GenerationId.unsigned(Clock.systemUTC(), 0),
                        CONVERSATION,
                        TENANT,
                        "ada",
                        Optional.empty(),
                        "claude-sonnet-4-5",
                        new Fingerprint("0".repeat(64)),
                        CachePolicy.USE,
                        verdict,
                        RawJson.of(message),
                        Usage.NONE,
                        new BigDecimal("0.01"),
                        List.of(),
                        new StageTimings(1, 2, 1, claude / 2, claude, 4 + claude),
                        Instant.now(),
                        Instant.now(),
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                message);
    }

    /** The stream of a gateway. */
    private static final class Snapshots implements AutoCloseable {
        private static final JsonMapper MAPPER = JsonMapper.shared();
        private final BufferedReader lines;

        Snapshots(RunningGateway gateway) throws Exception {
            HttpResponse<InputStream> response = gateway.open(gateway.request("/pulse/events"));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
        }

        /** The first that is as wanted. */
        JsonNode until(Predicate<JsonNode> wanted) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    JsonNode snapshot = MAPPER.readTree(line.substring("data:".length()));
                    if (wanted.test(snapshot)) {
                        return snapshot;
                    }
                }
            }
            throw new AssertionError("the stream has ended");
        }

        void untilTheEnd() throws IOException {
            while (lines.readLine() != null) {
                // Goes on.
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
