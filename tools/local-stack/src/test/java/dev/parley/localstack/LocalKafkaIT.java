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
import org.junit.jupiter.api.Test;

final class LocalKafkaIT {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TURNS.name(), 0);

    @Test
    void keepsItsRecordsThroughACrash() throws Exception {
        try (LocalKafka kafka = LocalKafka.start().withTopics()) {
            produce(kafka, "before the crash");
            kafka.crash();
            kafka.restart();
            produce(kafka, "after the crash");
            assertThat(valuesIn(kafka, 2)).containsExactly("before the crash", "after the crash");
        }
    }

    @Test
    void answersNothingWhilePausedAndGoesOnAfterwards() throws Exception {
        try (LocalKafka kafka = LocalKafka.start().withTopics();
                var producer = producer(kafka)) {
            producer.partitionsFor(PARTITION.topic());
            kafka.pause();
            var sent = producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", "value"));
            assertThatThrownBy(() -> sent.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            kafka.resume();
            assertThat(sent.get(10, TimeUnit.SECONDS).hasOffset()).isTrue();
        }
    }

    @Test
    void hasTheTopicsOfParleyAndNoOthers() throws Exception {
        try (LocalKafka kafka = LocalKafka.start().withTopics();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                    .containsExactlyInAnyOrderElementsOf(
                            Topics.all().stream().map(topic -> topic.name()).toList());
        }
    }

    private static void produce(LocalKafka kafka, String value) throws Exception {
        try (var producer = producer(kafka)) {
            producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), "key", value))
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(LocalKafka kafka) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.block.ms", 5_000),
                new StringSerializer(),
                new StringSerializer());
    }

    private static List<String> valuesIn(LocalKafka kafka, int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
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
