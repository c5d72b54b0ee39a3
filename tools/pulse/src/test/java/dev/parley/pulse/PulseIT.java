package dev.parley.pulse;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.LocalKafka;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Snapshots with a real broker. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PulseIT {
    private static final TenantId TENANT = new TenantId("acme");
    private static final ConversationId CONVERSATION = new ConversationId("conv_pulse");
    private static final String NAME = "persistence-worker";

    /** Of a rebuilt table. */
    private static final String GROUP = "persistence-worker-conversations-2";

    private static final String CACHE_GROUP = "cache-service-answers";
    private static final String SECRET = "words of a client";

    private static LocalKafka kafka;
    private static Pulse pulse;

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start().withTopics();
        pulse = Pulse.start(
                new PulseSettings(
                        "127.0.0.1",
                        0,
                        "",
                        KafkaConnection.plain(kafka.bootstrapServers()),
                        Map.of("inference-service", List.of(URI.create("http://127.0.0.1:1"))),
                        Map.of("inference-service", "inference-service", NAME, GROUP, CACHE_GROUP, CACHE_GROUP),
                        Duration.ofMillis(200)),
                Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        pulse.close();
        kafka.close();
    }

    @Test
    void reportsTurnsThatEndedBeforeAndDuringTheReading() throws Exception {
        record(CacheVerdict.EXACT, CacheVerdict.MISS);
        JsonNode first = until(snapshot -> snapshot.at("/minute/ended").asInt() == 2);
        assertThat(first.at("/minute/hit_rate").asDouble()).isEqualTo(0.5);
        assertThat(first.at("/minute/stages/claude/p95").asDouble()).isEqualTo(100);
        assertThat(first.at("/slowest/0/timings/total_ms").asDouble()).isEqualTo(104);

        commitEverything(GROUP);
        until(snapshot -> lag(snapshot, NAME) == 0);
        record(CacheVerdict.MISS);
        // The turn and the marker of its transaction.
        JsonNode more = until(snapshot -> snapshot.at("/minute/ended").asInt() == 3 && lag(snapshot, NAME) == 2);
        assertThat(more.at("/minute/cost_usd_per_hour").asDouble()).isPositive();
        assertThat(more.toString()).doesNotContain(SECRET);
        commitEverything(GROUP);
        until(snapshot -> lag(snapshot, NAME) == 0);

        recordOnAnAddedPartition(200);
        until(snapshot -> snapshot.at("/slowest/0/timings/total_ms").asDouble() == 204);
    }

    /** No consumer of the services can read it. */
    @Test
    void aHangingTransactionIsLag() throws Exception {
        commitEverything(CACHE_GROUP);
        until(snapshot -> lag(snapshot, CACHE_GROUP) == 0);
        try (Producer<String, byte[]> producer = producer("pulse-hanging")) {
            producer.beginTransaction();
            send(producer, TurnCodec.encode(turn(CacheVerdict.MISS)));
            until(snapshot -> lag(snapshot, CACHE_GROUP) == 1);
            producer.abortTransaction();
        }
    }

    @Test
    void aChangeOfAConversationIsLag() throws Exception {
        commitEverything(CACHE_GROUP);
        until(snapshot -> lag(snapshot, CACHE_GROUP) == 0);
        try (Producer<String, byte[]> producer = producer("pulse-deletion")) {
            producer.beginTransaction();
            send(
                    producer,
                    ChangeCodec.encode(new ConversationDeleted(
                            new RequestId("req_pulse"), TENANT, CONVERSATION, Instant.now(), "")));
            producer.commitTransaction();
        }
        until(snapshot -> lag(snapshot, CACHE_GROUP) == 2);
    }

    @Test
    void reportsUnreachedSourcesAsUnknown() throws Exception {
        JsonNode snapshot = until(
                seen -> !seen.path("services").isEmpty() && !seen.path("lags").isEmpty());
        assertThat(snapshot.at("/services/inference-service").propertyNames()).containsExactly("127.0.0.1:1");
        assertThat(snapshot.at("/services/inference-service")
                        .path("127.0.0.1:1")
                        .asBoolean(true))
                .isFalse();
        assertThat(snapshot.path("gauges").has("generations_running")).isFalse();
        assertThat(snapshot.path("lookups").isNull()).isTrue();
        assertThat(snapshot.at("/lags/inference-service").asLong(-1)).isZero();
        assertThat(snapshot.at("/dead/chat.turns.dead").asLong(-1)).isZero();
    }

    private static JsonNode until(Predicate<JsonNode> condition) {
        return await().atMost(Duration.ofMinutes(1)).until(PulseIT::snapshot, condition);
    }

    private static JsonNode snapshot() throws Exception {
        URI address = URI.create("http://127.0.0.1:" + pulse.port() + "/pulse/snapshot");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(response.body());
        }
    }

    private static long lag(JsonNode snapshot, String name) {
        return snapshot.path("lags").path(name).asLong(-1);
    }

    private static void commitEverything(String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> partitions = IntStream.range(0, partitions(admin))
                    .mapToObj(partition -> new TopicPartition(Topics.TURNS.name(), partition))
                    .collect(toMap(partition -> partition, _ -> OffsetSpec.latest()));
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            admin.listOffsets(partitions)
                    .all()
                    .get(20, TimeUnit.SECONDS)
                    .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end.offset())));
            admin.alterConsumerGroupOffsets(group, ends).all().get(20, TimeUnit.SECONDS);
        }
    }

    private static int partitions(Admin admin) throws Exception {
        return admin.describeTopics(List.of(Topics.TURNS.name()))
                .allTopicNames()
                .get(20, TimeUnit.SECONDS)
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
    }

    private static void recordOnAnAddedPartition(double claudeMs) throws Exception {
        int added;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            added = partitions(admin);
            admin.createPartitions(Map.of(Topics.TURNS.name(), NewPartitions.increaseTo(added + 1)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
        try (Producer<String, byte[]> producer = producer("pulse-added")) {
            ProducerRecord<String, byte[]> event = TurnCodec.encode(turn(CacheVerdict.MISS, claudeMs));
            producer.beginTransaction();
            send(producer, new ProducerRecord<>(event.topic(), added, event.key(), event.value(), event.headers()));
            producer.commitTransaction();
        }
    }

    /** One transaction of these turns. */
    private static void record(CacheVerdict... verdicts) throws Exception {
        try (Producer<String, byte[]> producer = producer("pulse")) {
            producer.beginTransaction();
            for (CacheVerdict verdict : verdicts) {
                send(producer, TurnCodec.encode(turn(verdict)));
            }
            producer.commitTransaction();
        }
    }

    private static Producer<String, byte[]> producer(String transactionalId) {
        var producer = kafka.producer(Map.of("transactional.id", transactionalId));
        producer.initTransactions();
        return producer;
    }

    private static void send(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> event) throws Exception {
        var _ = producer.send(event).get(20, TimeUnit.SECONDS);
    }

    private static Turn turn(CacheVerdict verdict) {
        return turn(verdict, verdict == CacheVerdict.EXACT ? 0 : 100);
    }

    private static Turn turn(CacheVerdict verdict, double claude) {
        var message = JsonMapper.shared().createObjectNode().put("text", SECRET);
        TurnFacts facts = Events.facts(given -> {
            given.conversation = CONVERSATION;
            given.tenant = TENANT;
            given.cache = verdict;
            given.request = RawJson.of(message);
            given.costUsd = Optional.of(new BigDecimal("0.01"));
            given.timings = new StageTimings(
                    1, 2, OptionalDouble.of(1), OptionalDouble.of(claude / 2), OptionalDouble.of(claude), 4 + claude);
            given.receivedAt = Instant.now();
            given.endedAt = Instant.now();
        });
        return new Turn.ChatCompleted(facts, message);
    }
}
