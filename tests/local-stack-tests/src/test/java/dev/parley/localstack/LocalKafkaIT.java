package dev.parley.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class LocalKafkaIT {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TURNS.name(), 0);
    private static final TopicPartition OTHER_PARTITION = new TopicPartition(Topics.TURNS.name(), 1);

    private static LocalKafka kafka;

    @BeforeAll
    static void start() {
        kafka = LocalKafka.start().withTopics();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void keepsItsRecordsThroughACrash() throws Exception {
        produce("before the crash");
        kafka.crash();
        kafka.restart();
        produce("after the crash");
        assertThat(values(2)).containsExactly("before the crash", "after the crash");
    }

    @Test
    void answersNothingWhilePausedAndGoesOnAfterwards() throws Exception {
        try (var producer = producer()) {
            producer.partitionsFor(OTHER_PARTITION.topic());
            kafka.pause();
            var sent = producer.send(
                    new ProducerRecord<>(OTHER_PARTITION.topic(), OTHER_PARTITION.partition(), "key", "value"));
            assertThatThrownBy(() -> sent.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            kafka.resume();
            assertThat(sent.get(60, TimeUnit.SECONDS).hasOffset()).isTrue();
        }
    }

    @Test
    void hasTheTopicsOfParleyAndNoOthers() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                    .containsExactlyInAnyOrderElementsOf(
                            Topics.all().stream().map(topic -> topic.name()).toList());
        }
    }

    private static void produce(String value) throws Exception {
        try (var producer = producer()) {
            producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", value))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.block.ms", 30_000),
                new StringSerializer(),
                new StringSerializer());
    }

    private static List<String> values(int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(100))) {
                    values.add(found.value());
                }
            }
        }
        return values;
    }
}
