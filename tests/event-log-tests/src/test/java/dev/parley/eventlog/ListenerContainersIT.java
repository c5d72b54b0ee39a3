package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.spring.ListenerContainers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.util.backoff.FixedBackOff;

/** A container of Spring commits what its listener has processed, and nothing else. */
@Timeout(120)
class ListenerContainersIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TURNS.name(), 0);

    private final String group = "test-" + UUID.randomUUID();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger commitFailures = new AtomicInteger();

    @BeforeEach
    void topics() throws Exception {
        Broker.withEmptyTopics();
    }

    /** The marker takes an offset. Without further records, the commit that failed is repeated. */
    @Test
    void commitsBehindTheMarkerOfATransaction() throws Exception {
        commitFailures.set(1);
        KafkaMessageListenerContainer<String, byte[]> container = container(this::receive);
        container.start();
        try {
            sendInTransaction("first");
            awaitReceived("first");
            await().atMost(SOON).until(() -> committed() == 2);
            assertThat(commitFailures).hasNonPositiveValue();
        } finally {
            container.stop();
        }
    }

    @Test
    void leavesTheBatchThatEndedInAnErrorToTheNextConsumer() throws Exception {
        KafkaMessageListenerContainer<String, byte[]> failing = container(batch -> {
            if (!received.isEmpty()) {
                throw new StackOverflowError();
            }
            receive(batch);
        });
        failing.start();
        send("first");
        awaitReceived("first");
        send("second");
        await().atMost(SOON).until(() -> !failing.isRunning());
        awaitInNextContainer("second");
    }

    private void receive(List<ConsumerRecord<String, byte[]>> batch) {
        batch.forEach(record -> received.add(new String(record.value(), UTF_8)));
    }

    private void awaitReceived(String value) {
        await().atMost(SOON).until(() -> received.contains(value));
    }

    private void awaitInNextContainer(String value) {
        KafkaMessageListenerContainer<String, byte[]> next = container(this::receive);
        next.start();
        try {
            awaitReceived(value);
        } finally {
            next.stop();
        }
    }

    private static void send(String value) throws Exception {
        try (Producer<String, byte[]> producer = Broker.clients().producer("test", Map.of())) {
            producer.send(record(value)).get();
        }
    }

    private static void sendInTransaction(String value) {
        try (Producer<String, byte[]> producer =
                Broker.clients().transactionalProducer("test", "test", Map.of("transaction.timeout.ms", 10_000))) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(record(value));
            producer.commitTransaction();
        }
    }

    private static ProducerRecord<String, byte[]> record(String value) {
        return new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", value.getBytes(UTF_8));
    }

    /** The committed offset, or -1. */
    private long committed() {
        try (Consumer<String, byte[]> consumer = new FailingConsumer()) {
            OffsetAndMetadata committed = consumer.committed(Set.of(PARTITION)).get(PARTITION);
            return committed == null ? -1 : committed.offset();
        }
    }

    private KafkaMessageListenerContainer<String, byte[]> container(BatchMessageListener<String, byte[]> listener) {
        ContainerProperties properties = new ContainerProperties(Topics.TURNS.name());
        properties.setGroupId(group);
        properties.setMessageListener(listener);
        DefaultKafkaConsumerFactory<String, byte[]> factory = new DefaultKafkaConsumerFactory<>(Map.of()) {
            @Override
            protected Consumer<String, byte[]> createRawConsumer(Map<String, Object> config) {
                return new FailingConsumer();
            }
        };
        KafkaMessageListenerContainer<String, byte[]> container =
                new KafkaMessageListenerContainer<>(factory, properties);
        ListenerContainers.configure(container);
        container.setCommonErrorHandler(
                ListenerContainers.retry(new FixedBackOff(10, FixedBackOff.UNLIMITED_ATTEMPTS)));
        return container;
    }

    /** Reads committed records, and cannot commit at first. */
    private final class FailingConsumer extends KafkaConsumer<String, byte[]> {
        FailingConsumer() {
            super(
                    Map.of(
                            "bootstrap.servers",
                            Broker.bootstrapServers(),
                            "group.id",
                            group,
                            "enable.auto.commit",
                            false,
                            "isolation.level",
                            "read_committed",
                            "auto.offset.reset",
                            "earliest"),
                    new StringDeserializer(),
                    new ByteArrayDeserializer());
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (commitFailures.getAndDecrement() > 0) {
                throw new TimeoutException("no coordinator");
            }
            super.commitSync(offsets, timeout);
        }
    }
}
