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
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
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

/** A container of Spring loses no record that fails between its poll and the end of its listener. */
@Timeout(120)
class ListenerContainersIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final String group = "test-" + UUID.randomUUID();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    /** What happens once after the next poll with records. */
    private final AtomicReference<Runnable> afterPoll = new AtomicReference<>(() -> {});

    @BeforeEach
    void topics() throws Exception {
        Broker.withEmptyTopics();
    }

    @Test
    void readsThePollAgainThatWasFollowedByAFailure() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        afterPoll.set(() -> {
            failed.set(true);
            throw new KafkaException("no position");
        });
        KafkaMessageListenerContainer<String, byte[]> container = container(this::receive);
        container.start();
        try {
            send("first");
            awaitReceived("first");
            assertThat(failed).isTrue();
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
            producer.send(new ProducerRecord<>(Topics.TURNS.name(), 0, "key", value.getBytes(UTF_8)))
                    .get();
        }
    }

    private KafkaMessageListenerContainer<String, byte[]> container(BatchMessageListener<String, byte[]> listener) {
        ContainerProperties properties = new ContainerProperties(Topics.TURNS.name());
        properties.setGroupId(group);
        properties.setMessageListener(listener);
        DefaultKafkaConsumerFactory<String, byte[]> factory = new DefaultKafkaConsumerFactory<>(Map.of()) {
            @Override
            protected Consumer<String, byte[]> createRawConsumer(Map<String, Object> config) {
                return new ObservedConsumer();
            }
        };
        ListenerContainers.configure(factory);
        KafkaMessageListenerContainer<String, byte[]> container =
                new KafkaMessageListenerContainer<>(factory, properties);
        ListenerContainers.configure(container);
        container.setCommonErrorHandler(
                ListenerContainers.retry(new FixedBackOff(10, FixedBackOff.UNLIMITED_ATTEMPTS)));
        return container;
    }

    /** Spring asks it for positions after each poll. */
    private final class ObservedConsumer extends KafkaConsumer<String, byte[]> {
        private boolean hasRecords;

        ObservedConsumer() {
            super(
                    Map.of(
                            "bootstrap.servers",
                            Broker.bootstrapServers(),
                            "group.id",
                            group,
                            "enable.auto.commit",
                            false,
                            "auto.offset.reset",
                            "earliest"),
                    new StringDeserializer(),
                    new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<String, byte[]> poll(Duration timeout) {
            ConsumerRecords<String, byte[]> records = super.poll(timeout);
            hasRecords = !records.isEmpty();
            return records;
        }

        @Override
        public long position(TopicPartition partition, Duration timeout) {
            if (hasRecords) {
                hasRecords = false;
                afterPoll.getAndSet(() -> {}).run();
            }
            return super.position(partition, timeout);
        }
    }
}
