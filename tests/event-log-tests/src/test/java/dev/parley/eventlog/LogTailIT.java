package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tail of a partition that goes on after failures and after its records were deleted. */
@Timeout(120)
class LogTailIT {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.COMMANDS.name(), 0);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClients clients = Broker.clients();
    private final List<String> read = new CopyOnWriteArrayList<>();
    private final AtomicBoolean defective = new AtomicBoolean();
    private volatile long position;

    @BeforeEach
    void empty() throws Exception {
        Broker.withEmptyTopics();
    }

    @Test
    void readsOnWithANewConsumerAfterAFailure() throws Exception {
        send("one");
        try (LogTail _ = start()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(read).containsExactly("one"));
            defective.set(true);
            send("two");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(read).containsExactly("one", "two"));
            assertThat(defective).isFalse();
        }
    }

    @Test
    void goesOnWithTheOldestRecordIfItsOwnWereDeleted() throws Exception {
        send("deleted 1", "deleted 2", "kept");
        try (Admin admin = Broker.admin()) {
            admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
        try (LogTail _ = start()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(read).containsExactly("kept"));
        }
    }

    private LogTail start() {
        LogTail tail = new LogTail(
                "test-tail",
                () -> clients.shortLivedConsumer("test-tail", Map.of()),
                Duration.ofMillis(100),
                new Recording());
        tail.start();
        return tail;
    }

    private void send(String... texts) throws Exception {
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of())) {
            for (String text : texts) {
                producer.send(new ProducerRecord<>(
                                PARTITION.topic(), PARTITION.partition(), "key", text.getBytes(UTF_8)))
                        .get();
            }
        }
    }

    private final class Recording implements LogTail.Reader {
        @Override
        public void assign(Consumer<String, byte[]> consumer) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, position);
        }

        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            if (!records.isEmpty() && defective.getAndSet(false)) {
                throw new IllegalStateException("a defect of the test");
            }
            records.forEach(each -> read.add(new String(each.value(), UTF_8)));
            position = consumer.position(PARTITION);
        }
    }
}
