package dev.parley.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A state that is read from a topic, and asked for by several threads. */
@Timeout(120)
class FoldedTopicIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final KafkaClients clients = Broker.clients();
    private final List<String> state = new CopyOnWriteArrayList<>();

    @BeforeEach
    void empty() throws Exception {
        Broker.withEmptyTopics();
    }

    @Test
    void includesEachRecordThatWasAcknowledgedBeforeTheCall() throws Exception {
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of());
                FoldedTopic<FoldedTopic.State> topic = start(TIMEOUT)) {
            for (int i = 0; i < 100; i++) {
                send(producer, "event " + i);
                topic.upToDate();
                assertThat(state).hasSize(i + 1).last().isEqualTo("event " + i);
            }
        }
    }

    @Test
    void includesOwnRecordsForEachOfManyWriters() throws Exception {
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of());
                FoldedTopic<FoldedTopic.State> topic = start(TIMEOUT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> writers = IntStream.range(0, 200)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        send(producer, "writer " + i);
                        topic.upToDate();
                        return state.contains("writer " + i);
                    })
                    .toList();
            for (var seesItsRecord : threads.invokeAll(writers)) {
                assertThat(seesItsRecord.get()).isTrue();
            }
        }
    }

    @Test
    void readsWhatWasThereBeforeItStarted() throws Exception {
        try (Producer<String, byte[]> producer = clients.producer("test", Map.of())) {
            send(producer, "before");
        }
        try (FoldedTopic<FoldedTopic.State> topic = start(TIMEOUT)) {
            topic.upToDate();
            assertThat(state).containsExactly("before");
        }
    }

    @Test
    void isUnknownInsteadOfEmptyWithoutItsTopic() throws Exception {
        try (Admin admin = Broker.admin()) {
            admin.deleteTopics(List.of(Topics.DELETIONS.name())).all().get();
            Broker.await(
                    admin,
                    Topics.all().stream()
                            .filter(topic -> !topic.equals(Topics.DELETIONS))
                            .map(Topic::name)
                            .collect(Collectors.toSet()));
        }
        try (FoldedTopic<FoldedTopic.State> topic = start(Duration.ofSeconds(2))) {
            assertThatExceptionOfType(KafkaException.class).isThrownBy(topic::upToDate);
        }
    }

    private FoldedTopic<FoldedTopic.State> start(Duration timeout) {
        return FoldedTopic.start(
                clients, "test", Topics.DELETIONS, timeout, event -> state.add(new String(event.value(), UTF_8)));
    }

    private static void send(Producer<String, byte[]> producer, String text) throws Exception {
        producer.send(new ProducerRecord<>(Topics.DELETIONS.name(), "key", text.getBytes(UTF_8)))
                .get();
    }
}
