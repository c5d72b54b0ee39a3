package dev.parley.persistence;

import static dev.parley.contracts.topic.Topics.TURNS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.conversations.DynamoDbMeters;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.conversations.StoredTurn;
import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.TopicLog;
import dev.parley.persistence.turn.TestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The complete service, with a real broker and DynamoDB Local. Conversation ids are random; nothing is cleaned up. */
class PersistenceWorkerIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String GROUP = "persistence-worker";
    private static final LocalKafka KAFKA = LocalKafka.start().withTopics();
    private static final LocalDynamoDb DYNAMO_DB = LocalDynamoDb.start();
    private static final Admin ADMIN = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()));
    private static final DynamoDbClient CLIENT = new DynamoDbSettings(
                    DYNAMO_DB.endpoint().toString(),
                    "eu-central-1",
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    1,
                    5)
            .open(new DynamoDbMeters(new SimpleMeterRegistry()));

    private final String table = "worker-" + UUID.randomUUID();
    private final ConversationReader reader = new ConversationReader(CLIENT, table, Clock.systemUTC());
    private final String conversation = "conv_" + UUID.randomUUID();

    @AfterAll
    static void stop() {
        CLIENT.close();
        ADMIN.close();
        DYNAMO_DB.close();
        KAFKA.close();
    }

    @Test
    void storesTurnsAndExposesMetrics() throws Exception {
        try (RunningWorker worker = RunningWorker.start(KAFKA, DYNAMO_DB, table)) {
            send(turns(60));
            awaitTurns(60);
            awaitEverythingCommitted();
            await().atMost(SOON).until(() -> worker.status("health/readiness") == 200);
            assertThat(worker.get("prometheus").body())
                    .contains("parley_persistence_lag_seconds_count")
                    .contains("parley_persistence_write_seconds_count{stage=\"turns\"}")
                    .contains("parley_dynamodb_call_seconds_count{operation=\"BatchWriteItem\",outcome=\"success\"}")
                    .contains("kafka_consumer_fetch_manager_records_lag");
        }
    }

    @Test
    void storesRedeliveredTurnsOnce() throws Exception {
        try (RunningWorker worker = RunningWorker.start(KAFKA, DYNAMO_DB, table)) {
            send(turns(20));
            awaitTurns(20);
            List<StoredTurn> before = stored();
            send(turns(20));
            send(List.of(TestTurn.of(conversation, 21).encoded()));
            await().atMost(SOON).until(() -> worker.count("parley.persistence.turns", "outcome", "known") == 20);
            awaitTurns(21);
            assertThat(stored()).startsWith(before.toArray(StoredTurn[]::new));
        }
    }

    @Test
    void publishesMalformedRecordsAsDeadLettersAndStoresTheirNeighbours() throws Exception {
        ProducerRecord<String, byte[]> good = TestTurn.of(conversation, 1).encoded();
        ProducerRecord<String, byte[]> future = TestTurn.of(conversation, 2).encoded();
        future.headers().remove("ce_type").add("ce_type", "dev.parley.ChatCompleted.v99".getBytes(UTF_8));
        ProducerRecord<String, byte[]> tombstone =
                withValue(TestTurn.of(conversation, 3).encoded(), null);
        ProducerRecord<String, byte[]> garbage =
                withValue(TestTurn.of(conversation, 4).encoded(), "{\"attempts\":".getBytes(UTF_8));
        ProducerRecord<String, byte[]> anotherGood =
                TestTurn.of(conversation, 5).encoded();
        try (RunningWorker worker = RunningWorker.start(KAFKA, DYNAMO_DB, table)) {
            send(List.of(good, future, tombstone, garbage, anotherGood));
            awaitTurns(2);
            awaitEverythingCommitted();
            assertThat(worker.count("parley.persistence.turns", "outcome", "dead"))
                    .isEqualTo(3);
        }
        List<ConsumerRecord<String, byte[]>> letters = deadLetters();
        assertThat(letters).hasSize(3).allSatisfy(letter -> {
            EventHeaders headers = new EventHeaders(letter.headers());
            assertThat(letter.key()).isEqualTo(conversation);
            assertThat(headers.require("ce_conversation")).isEqualTo(conversation);
            assertThat(headers.require(DeadLetter.TOPIC)).isEqualTo(TURNS.name());
            assertThat(headers.require(DeadLetter.REASON)).isNotBlank();
            assertThat(Long.parseLong(headers.require(DeadLetter.OFFSET))).isNotNegative();
        });
        assertThat(letters.stream().map(letter -> letter.value() == null ? "" : new String(letter.value(), UTF_8)))
                .contains("", "{\"attempts\":");
    }

    @Test
    void publishesADeadLetterWithoutTheValueOfAnOversizedRecord() throws Exception {
        byte[] large = "[".repeat(200_000).getBytes(UTF_8);
        try (RunningWorker worker = RunningWorker.start(KAFKA, DYNAMO_DB, table, "kafka.dead-letter-bytes-max=100KB")) {
            send(List.of(withValue(TestTurn.of(conversation, 1).encoded(), large)));
            await().atMost(SOON).until(() -> worker.count("parley.persistence.turns", "outcome", "dead") == 1);
        }
        ConsumerRecord<String, byte[]> letter = deadLetters().getFirst();
        assertThat(letter.value()).isNull();
        assertThat(new EventHeaders(letter.headers()).require(DeadLetter.REASON))
                .contains("too large");
    }

    @Test
    void skipsATurnOfAnAbortedTransaction() throws Exception {
        try (RunningWorker _ = RunningWorker.start(KAFKA, DYNAMO_DB, table);
                KafkaProducer<String, byte[]> producer =
                        KAFKA.producer(Map.of("transactional.id", "test-" + UUID.randomUUID()))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(TestTurn.of(conversation, 1).encoded()).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(TestTurn.of(conversation, 2).encoded()).get();
            producer.commitTransaction();
            awaitTurns(1);
            assertThat(stored().getFirst().generation())
                    .isEqualTo(TestTurn.of(conversation, 2).id());
        }
    }

    @Test
    void keepsItsGroupMembershipDuringAnOutageOfDynamoDb() throws Exception {
        try (RunningWorker worker = RunningWorker.start(
                KAFKA,
                DYNAMO_DB,
                table,
                "retry.timeout=500ms",
                "retry.back-off-max=500ms",
                "kafka.poll-interval-max=6s",
                "dynamodb.attempt-timeout=1s",
                "dynamodb.call-timeout=1s")) {
            send(turns(5));
            awaitTurns(5);
            Set<String> members = members();
            DYNAMO_DB.crash();
            send(turns(40));
            // More attempts, with pauses of up to 0.5 s, than fit into the poll interval.
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> worker.count("parley.persistence.retries", "cause", "unreachable") >= 40);
            assertThat(worker.status("health/liveness")).isEqualTo(200);
            assertThat(worker.status("health/readiness")).isEqualTo(503);
            DYNAMO_DB.restart();
            awaitTurns(40);
            await().atMost(SOON).until(() -> worker.status("health/readiness") == 200);
            assertThat(members()).isEqualTo(members);
        } catch (Throwable e) {
            DYNAMO_DB.restart();
            throw e;
        }
    }

    /** A batch that is retried is not committed by the end of its reader. */
    @Test
    void storesTurnsAfterARestartDuringAnOutageOfDynamoDb() throws Exception {
        try (RunningWorker worker = RunningWorker.start(KAFKA, DYNAMO_DB, table, "retry.timeout=500ms")) {
            send(turns(5));
            awaitTurns(5);
            DYNAMO_DB.crash();
            send(turns(40));
            await().atMost(SOON).until(() -> worker.count("parley.persistence.retries", "cause", "unreachable") >= 5);
        } finally {
            DYNAMO_DB.restart();
        }
        try (RunningWorker _ = RunningWorker.start(KAFKA, DYNAMO_DB, table)) {
            awaitTurns(40);
            awaitEverythingCommitted();
        }
    }

    /** Else a batch that takes longer than the poll interval is begun again for ever. */
    @Test
    void commitsWhatIsDoneOfABatchThatTakesLong() throws Exception {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (ProducerRecord<String, byte[]> turn : turns(5)) {
            records.add(turn);
            records.add(withValue(turn, "{".getBytes(UTF_8)));
            records.add(ChangeCodec.encode(new ConversationRenamed(
                    RequestId.next(Clock.systemUTC()),
                    new TenantId("acme"),
                    new ConversationId(conversation),
                    "title " + records.size(),
                    Instant.now(),
                    TestTurn.TRACEPARENT)));
        }
        send(records);
        // One consumer, because a rebalance may have the second one read a record again.
        try (RunningWorker worker =
                RunningWorker.start(KAFKA, DYNAMO_DB, table, "kafka.batch-time-max=0s", "kafka.consumers=1")) {
            awaitTurns(5);
            awaitEverythingCommitted();
            assertThat(worker.get("prometheus").body())
                    .as("batches of which a rest was returned")
                    .contains("error=\"BatchListenerFailedException\"");
            assertThat(worker.count("parley.persistence.turns", "outcome", "stored"))
                    .isEqualTo(5);
            assertThat(worker.count("parley.persistence.turns", "outcome", "dead"))
                    .isEqualTo(5);
            assertThat(worker.count("parley.persistence.turns", "outcome", "changed"))
                    .isEqualTo(5);
        }
    }

    @Test
    void startsWithoutKafkaAndDynamoDbAndWaitsForThem() throws Exception {
        send(turns(10));
        KAFKA.stop();
        DYNAMO_DB.stop();
        try (RunningWorker worker = RunningWorker.start(KAFKA, DYNAMO_DB, table)) {
            assertThat(worker.status("health/liveness")).isEqualTo(200);
            assertThat(worker.status("health/readiness")).isEqualTo(503);
            KAFKA.restart();
            DYNAMO_DB.restart();
            awaitTurns(10);
            await().atMost(SOON).until(() -> worker.status("health/readiness") == 200);
        } catch (Throwable e) {
            KAFKA.restart();
            DYNAMO_DB.restart();
            throw e;
        }
    }

    /** DynamoDB hangs until the worker is stopped, so that a batch is running then. */
    @Test
    void finishesItsBatchAtShutdown() throws Exception {
        List<ProducerRecord<String, byte[]>> turns = turns(100);
        Map<TopicPartition, Long> before;
        try (RunningWorker worker = RunningWorker.start(
                KAFKA,
                DYNAMO_DB,
                table,
                "kafka.batch-records-max=20",
                "dynamodb.attempt-timeout=60s",
                "dynamodb.call-timeout=60s")) {
            send(turns.subList(0, 5));
            awaitTurns(5);
            awaitEverythingCommitted();
            before = committed();
            DYNAMO_DB.pause();
            Thread stopping = Thread.ofPlatform().unstarted(worker::close);
            try {
                send(turns.subList(5, 100));
                await().atMost(SOON).until(worker::processesABatch);
                stopping.start();
                await().atMost(SOON).until(worker::stops);
            } finally {
                DYNAMO_DB.resume();
            }
            stopping.join();
        }
        assertThat(committed()).isNotEqualTo(before).isNotEqualTo(ends());
        try (RunningWorker next = RunningWorker.start(KAFKA, DYNAMO_DB, table)) {
            awaitTurns(100);
            awaitEverythingCommitted();
            assertThat(next.count("parley.persistence.turns", "outcome", "stored"))
                    .isPositive();
            assertThat(next.count("parley.persistence.turns", "outcome", "known"))
                    .isZero();
        }
    }

    private List<ProducerRecord<String, byte[]>> turns(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> TestTurn.of(conversation, number).encoded())
                .toList();
    }

    private static ProducerRecord<String, byte[]> withValue(
            ProducerRecord<String, byte[]> turn, byte @Nullable [] value) {
        return new ProducerRecord<>(turn.topic(), null, turn.key(), value, turn.headers());
    }

    private static void send(List<ProducerRecord<String, byte[]>> records) throws Exception {
        try (KafkaProducer<String, byte[]> producer = KAFKA.producer()) {
            List<Future<RecordMetadata>> sent =
                    records.stream().map(producer::send).toList();
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private List<StoredTurn> stored() {
        return reader
                .read(new TenantId("acme"), new ConversationId(conversation), TurnPage.first(100), _ -> {})
                .stream()
                .flatMap(read -> read.turns().stream())
                .toList();
    }

    private void awaitTurns(int count) {
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(SdkException.class)
                .untilAsserted(() -> assertThat(stored())
                        .extracting(StoredTurn::generation)
                        .doesNotHaveDuplicates()
                        .hasSize(count));
    }

    private static void awaitEverythingCommitted() {
        await().atMost(SOON).untilAsserted(() -> assertThat(committed()).isEqualTo(ends()));
    }

    private static Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
        return ADMIN
                .listOffsets(partitions().collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest())))
                .all()
                .get()
                .entrySet()
                .stream()
                .filter(end -> end.getValue().offset() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    private static Map<TopicPartition, Long> committed() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> offsets = ADMIN.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get();
        return offsets.entrySet().stream()
                .filter(offset -> offset.getValue() != null && offset.getValue().offset() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    private static Stream<TopicPartition> partitions() {
        return IntStream.range(0, TURNS.partitions()).mapToObj(number -> new TopicPartition(TURNS.name(), number));
    }

    private static Set<String> members() throws ExecutionException, InterruptedException {
        return requireNonNull(
                        ADMIN.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP))
                .members()
                .stream()
                .map(MemberDescription::consumerId)
                .collect(Collectors.toSet());
    }

    /** Those of the conversation of this test. */
    private List<ConsumerRecord<String, byte[]>> deadLetters() {
        try (TopicLog log = new TopicLog(KAFKA.bootstrapServers(), TURNS.dead())) {
            return log.all().stream()
                    .filter(letter -> conversation.equals(letter.key()))
                    .toList();
        }
    }
}
