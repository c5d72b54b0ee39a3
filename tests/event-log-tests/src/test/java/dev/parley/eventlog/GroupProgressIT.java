package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.GroupProgress.Readers;
import dev.parley.eventlog.GroupProgress.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lag, age and members of a consumer group, read beside it. */
@Timeout(120)
class GroupProgressIT {
    private static final String GROUP = "test-group";
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TURNS.name(), 0);

    private final KafkaClients clients = Broker.clients();

    @BeforeEach
    void empty() throws Exception {
        Broker.withEmptyTopics();
        try (Admin admin = Broker.admin()) {
            admin.deleteConsumerGroups(Set.of(GROUP))
                    .all()
                    .toCompletionStage()
                    .handle((_, _) -> true)
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void showsTheOldestRecordThatIsNotCommitted() throws Exception {
        Instant hourAgo = Instant.now().minusSeconds(3_600);
        send(hourAgo, Instant.now().minusSeconds(60), Instant.now());
        assertThat(read().lag()).isEqualTo(3);
        assertThat(read().oldestAgeSeconds()).isBetween(3_600.0, 3_700.0);
        commit(1);
        assertThat(read().lag()).isEqualTo(2);
        assertThat(read().oldestAgeSeconds()).isBetween(60.0, 160.0);
        commit(3);
        assertThat(read()).isEqualTo(new Reading(0, 0));
    }

    @Test
    void aMarkerOfATransactionHasNoAge() {
        try (Producer<String, byte[]> producer =
                clients.transactionalProducer("test", "test-0", Map.of("transaction.timeout.ms", 10_000))) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(record(Instant.now()));
            producer.commitTransaction();
        }
        commit(1);
        awaitReading(new Reading(1, 0));
    }

    /** A hanging transaction stops a reader of committed records, which has committed all that it may read. */
    @Test
    void showsTheRecordsOfAnOpenTransaction() throws Exception {
        send(Instant.now());
        commit(1);
        try (Producer<String, byte[]> producer =
                clients.transactionalProducer("test", "test-1", Map.of("transaction.timeout.ms", 60_000))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(Instant.now().minusSeconds(60))).get();
            assertThat(read().lag()).isEqualTo(1);
            assertThat(read().oldestAgeSeconds()).isBetween(60.0, 160.0);
            producer.abortTransaction();
        }
        // Nothing that waits for the group.
        awaitReading(new Reading(2, 0));
    }

    @Test
    void countsMembers() throws Exception {
        try (Admin admin = Broker.admin()) {
            assertThat(GroupProgress.members(admin, GROUP)).isZero();
            try (Consumer<String, byte[]> member = reader()) {
                member.subscribe(Set.of(PARTITION.topic()));
                while (member.assignment().isEmpty()) {
                    member.poll(Duration.ofMillis(100));
                }
                assertThat(GroupProgress.members(admin, GROUP)).isOne();
            }
        }
    }

    /** Waits for the end of a transaction, which is on the partition after its producer has been told so. */
    private void awaitReading(Reading expected) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(read()).isEqualTo(expected));
    }

    private Reading read() {
        try (Readers readers = Readers.of(clients, GROUP);
                GroupProgress progress =
                        new GroupProgress(Topics.TURNS, GROUP, () -> readers, Broker::admin, Clock.systemUTC())) {
            return progress.read(readers);
        }
    }

    private Consumer<String, byte[]> reader() {
        return clients.shortLivedConsumer("test-reader", Map.of("group.id", GROUP));
    }

    private void commit(long offset) {
        try (Consumer<String, byte[]> consumer = reader()) {
            consumer.assign(Set.of(PARTITION));
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(offset)));
        }
    }

    private void send(Instant... times) throws Exception {
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of())) {
            for (Instant time : times) {
                producer.send(record(time)).get();
            }
        }
    }

    private static ProducerRecord<String, byte[]> record(Instant time) {
        return new ProducerRecord<>(
                PARTITION.topic(), PARTITION.partition(), time.toEpochMilli(), "key", "turn".getBytes(UTF_8));
    }
}
