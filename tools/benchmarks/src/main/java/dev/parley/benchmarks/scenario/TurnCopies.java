package dev.parley.benchmarks.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes copies of a turn to {@code chat.turns}, each with a generation of its own, ten to a conversation. */
final class TurnCopies {
    private static final int PER_CONVERSATION = 10;
    private static final String STORING_GROUP = "persistence-worker";
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(20);

    private final String bootstrapServers;
    private final Clock clock;

    TurnCopies(String bootstrapServers, Clock clock) {
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
    }

    /** Copies the first turn on the log, and returns when all copies are written. */
    void write(int count) {
        ConsumerRecord<String, byte[]> original = original();
        EventHeaders headers = new EventHeaders(original.headers());
        String generation = headers.require(CloudEvent.GENERATION);
        String conversation = headers.require(CloudEvent.CONVERSATION);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20, "batch.size", 256 * 1024),
                new StringSerializer(),
                new ByteArraySerializer())) {
            String newConversation = "";
            for (int i = 0; i < count; i++) {
                if (i % PER_CONVERSATION == 0) {
                    newConversation = ConversationId.next(clock).value();
                }
                String newGeneration = GenerationId.unsigned(clock, 0).value();
                var _ = producer.send(copy(
                        original, Map.of(generation, newGeneration, conversation, newConversation), newConversation));
            }
            producer.flush();
        }
    }

    /** The turns on the log that the table does not have yet. */
    long lag() throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Map<TopicPartition, OffsetAndMetadata> stored = admin.listConsumerGroupOffsets(STORING_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            stored.keySet().stream()
                    .filter(partition -> partition.topic().equals(Topics.TURNS.name()))
                    .forEach(partition -> ends.put(partition, OffsetSpec.latest()));
            long lag = 0;
            for (var end : admin.listOffsets(ends).all().get().entrySet()) {
                OffsetAndMetadata offset = stored.get(end.getKey());
                lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
            }
            return lag;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the offsets of " + STORING_GROUP + " cannot be read", e);
        }
    }

    private static ProducerRecord<String, byte[]> copy(
            ConsumerRecord<String, byte[]> original, Map<String, String> others, String key) {
        RecordHeaders headers = new RecordHeaders();
        original.headers().forEach(header -> {
            String value = new String(header.value(), UTF_8);
            String other = others.get(value);
            headers.add(header.key(), other == null ? header.value() : other.getBytes(UTF_8));
        });
        String value = new String(original.value(), UTF_8);
        for (Map.Entry<String, String> other : others.entrySet()) {
            value = value.replace(other.getKey(), other.getValue());
        }
        return new ProducerRecord<>(Topics.TURNS.name(), null, key, value.getBytes(UTF_8), headers);
    }

    private ConsumerRecord<String, byte[]> original() {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.TURNS.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + FOUND_WITHIN.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    return record;
                }
            }
            throw new IllegalStateException("there is no turn on the log to copy");
        }
    }
}
