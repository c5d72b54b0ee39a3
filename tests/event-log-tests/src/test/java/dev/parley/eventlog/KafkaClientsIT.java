package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transactions, fencing, and limits of sizes: what recorded turns depend on. */
@Timeout(120)
class KafkaClientsIT {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TURNS.name(), 0);

    private final KafkaClients clients = Broker.clients();

    @BeforeEach
    void empty() throws Exception {
        Broker.withEmptyTopics();
    }

    @Test
    void aReaderOfCommittedRecordsSeesNoneOfAnAbortedTransaction() {
        try (Producer<String, byte[]> producer = transactional()) {
            producer.beginTransaction();
            var _ = producer.send(turn("aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            var _ = producer.send(turn("committed"));
            producer.commitTransaction();
        }
        awaitCommitted("committed");
    }

    @Test
    void aNewOwnerEndsTheTransactionOfItsPredecessor() {
        try (Producer<String, byte[]> predecessor = transactional()) {
            predecessor.beginTransaction();
            var _ = predecessor.send(turn("of the predecessor"));
            predecessor.flush();
            try (Producer<String, byte[]> owner = transactional()) {
                owner.beginTransaction();
                var _ = owner.send(turn("of the owner"));
                owner.commitTransaction();
            }
            assertThatExceptionOfType(RuntimeException.class)
                    .isThrownBy(predecessor::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
        }
        awaitCommitted("of the owner");
    }

    @Test
    void aRecordIsAcceptedUpToTheSizeOfItsTopic() throws Exception {
        int limit = Topics.DELIVERIES.recordBytesMax();
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of())) {
            producer.send(new ProducerRecord<>(Topics.DELIVERIES.name(), "key", new byte[limit - 1_000]))
                    .get();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(
                            () -> producer.send(new ProducerRecord<>(Topics.DELIVERIES.name(), "key", new byte[limit]))
                                    .get())
                    .withCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    /** An event loop that sends waits for metadata that is missing. */
    @Test
    void aProducerKeepsTheMetadataOfItsTopics() throws Exception {
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of("metadata.max.age.ms", 100))) {
            producer.send(turn("the first")).get();
            double waited = metadataWait(producer);
            for (int i = 0; i < 10; i++) {
                Thread.sleep(150);
                producer.send(turn("after a refresh")).get();
            }
            assertThat(metadataWait(producer)).isEqualTo(waited);
        }
    }

    /** Nanoseconds. */
    private static double metadataWait(Producer<?, ?> producer) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("metadata-wait-time-ns-total"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }

    private Producer<String, byte[]> transactional() {
        Producer<String, byte[]> producer =
                clients.transactionalProducer("test", "test-0", Map.of("transaction.timeout.ms", 10_000));
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<String, byte[]> turn(String text) {
        return new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", text.getBytes(UTF_8));
    }

    /** A commit returns before its marker is on the partition. */
    private static void awaitCommitted(String text) {
        await().untilAsserted(() -> assertThat(Broker.records(Topics.TURNS))
                .extracting(each -> new String(each.value(), UTF_8))
                .containsExactly(text));
    }
}
