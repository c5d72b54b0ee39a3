package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests {@link DeliveryGuarantees} against a broker; the test acts in place of the services. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DeliveryGuaranteesIT {
    private static LocalKafka kafka;
    private static Admin admin;

    private final String generation = "gen_" + UUID.randomUUID();
    private KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void startBroker() {
        kafka = LocalKafka.start().withTopics();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        kafka.close();
    }

    @BeforeEach
    void openProducer() {
        producer = kafka.producer();
    }

    /** A test leaves a log that the next one would reject. */
    @AfterEach
    void deleteRecords() throws Exception {
        producer.close();
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        for (Topic topic : List.of(Topics.REQUESTS, Topics.TURNS)) {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                all.put(new TopicPartition(topic.name(), partition), RecordsToDelete.beforeOffset(-1));
            }
        }
        admin.deleteRecords(all).all().get();
    }

    @Test
    void acceptsARequestWithOneTurn() throws Exception {
        commit("inference-service", write(Topics.REQUESTS));
        write(Topics.TURNS);
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void rejectsADuplicateTurn() throws Exception {
        commit("inference-service", write(Topics.REQUESTS));
        write(Topics.TURNS);
        write(Topics.TURNS);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(this::check).withMessageContaining(generation);
    }

    /** Request and turn are balanced while the request is uncommitted. */
    @Test
    void rejectsASecondTurnOfAnUncommittedRequest() throws Exception {
        RecordMetadata uncommitted = write(Topics.REQUESTS);
        write(Topics.TURNS);
        CompletableFuture<Void> checked = checkAsync();
        write(Topics.TURNS);
        commit("inference-service", uncommitted);
        assertThatFails(checked);
    }

    /** Request and turn are balanced while the second turn is in an open transaction. */
    @Test
    void rejectsASecondTurnInAnOpenTransaction() throws Exception {
        commit("inference-service", write(Topics.REQUESTS));
        write(Topics.TURNS);
        try (KafkaProducer<String, byte[]> late = kafka.producer(Map.of("transactional.id", "late"))) {
            late.initTransactions();
            late.beginTransaction();
            late.send(event(Topics.TURNS)).get();
            CompletableFuture<Void> checked = checkAsync();
            late.commitTransaction();
            assertThatFails(checked);
        }
    }

    private void check() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(kafka.bootstrapServers(), "inference-service");
    }

    /** Starts the check, and returns after it has had 3 s to see the balanced state. */
    private CompletableFuture<Void> checkAsync() {
        CompletableFuture<Void> checked = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                check();
                checked.complete(null);
            } catch (Throwable e) {
                checked.completeExceptionally(e);
            }
        });
        boolean _ = checked.copy()
                .completeOnTimeout(null, 3, TimeUnit.SECONDS)
                .handle((_, failure) -> failure == null)
                .join();
        return checked;
    }

    private void assertThatFails(CompletableFuture<Void> checked) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> checked.get(60, TimeUnit.SECONDS))
                .withCauseInstanceOf(AssertionError.class)
                .withMessageContaining(generation);
    }

    private RecordMetadata write(Topic topic) throws Exception {
        return producer.send(event(topic)).get();
    }

    private ProducerRecord<String, byte[]> event(Topic topic) {
        ProducerRecord<String, byte[]> event = new ProducerRecord<>(topic.name(), generation, "{}".getBytes(UTF_8));
        new EventHeaders(event.headers()).put(CloudEvent.GENERATION, generation);
        return event;
    }

    /** Commits the record for this consumer group. */
    private void commit(String group, RecordMetadata event) throws Exception {
        admin.alterConsumerGroupOffsets(
                        group,
                        Map.of(
                                new TopicPartition(event.topic(), event.partition()),
                                new OffsetAndMetadata(event.offset() + 1)))
                .all()
                .get();
    }
}
