package dev.parley.benchmarks.turns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes copies of a turn to {@code chat.turns}: the same words, each in a generation of its own, ten to a conversation. */
public final class TurnCopies {
    private static final int PER_CONVERSATION = 10;
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(20);

    private final String bootstrapServers;
    private final Clock clock;

    public TurnCopies(String bootstrapServers, Clock clock) {
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
    }

    /** Copies the first turn that is found there, and returns when all copies are on the log. */
    public void write(int count) {
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
            throw new IllegalStateException("there is no turn on the log that could be copied");
        }
    }
}
