package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
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
        assertThat(committed(1)).containsExactly("committed");
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
        assertThat(committed(1)).containsExactly("of the owner");
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

    private Producer<String, byte[]> transactional() {
        Producer<String, byte[]> producer =
                clients.transactionalProducer("test", "test-0", Map.of("transaction.timeout.ms", 10_000));
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<String, byte[]> turn(String text) {
        return new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", text.getBytes(UTF_8));
    }

    /** Reads up to a number of records, and whatever a last poll returns after them. */
    private List<String> committed(int expected) {
        List<String> texts = new ArrayList<>();
        try (Consumer<String, byte[]> consumer =
                clients.shortLivedConsumer("test-reader", Map.of("isolation.level", "read_committed"))) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            Instant deadline = Instant.now().plusSeconds(30);
            while (texts.size() < expected && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> texts.add(new String(each.value(), UTF_8)));
            }
            consumer.poll(Duration.ofMillis(500)).forEach(each -> texts.add(new String(each.value(), UTF_8)));
        }
        return texts;
    }
}
