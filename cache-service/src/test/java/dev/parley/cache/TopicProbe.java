package dev.parley.cache;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes to the topics and reads all that is committed on them, as the other services would. Owned by one thread. */
final class TopicProbe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Producer<String, byte[]> producer;
    private final Consumer<String, byte[]> consumer;
    private final Map<String, List<ConsumerRecord<String, byte[]>>> seen = new HashMap<>();
    private final IdentityHashMap<ConsumerRecord<String, byte[]>, Instant> seenAt = new IdentityHashMap<>();

    /** Sees what is written from now on. */
    TopicProbe(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        0,
                        "max.request.size",
                        Topics.TURNS.recordBytesMax()),
                new StringSerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic topic : Topics.all()) {
            seen.put(topic.name(), new ArrayList<>());
            for (int partition = 0; partition < topic.partitions(); partition++) {
                partitions.add(new TopicPartition(topic.name(), partition));
            }
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** Writes a record and waits until the broker has it. */
    RecordMetadata write(ProducerRecord<String, byte[]> outgoing) {
        try {
            return producer.send(outgoing).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not take a record", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Writes a record and does not wait. */
    void send(ProducerRecord<String, byte[]> outgoing) {
        var _ = producer.send(outgoing);
    }

    /** All records of a topic so far that match. */
    List<ConsumerRecord<String, byte[]>> seen(Topic topic, Predicate<ConsumerRecord<String, byte[]>> which) {
        return requireNonNull(seen.get(topic.name())).stream().filter(which).toList();
    }

    /** The first matching records of a topic, as soon as there are so many. */
    List<ConsumerRecord<String, byte[]>> await(
            Topic topic, int count, Predicate<ConsumerRecord<String, byte[]>> which) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (seen(topic, which).size() < count) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("of " + count + " records of " + topic.name() + " only "
                        + seen(topic, which).size() + " came");
            }
            poll(POLL);
        }
        return seen(topic, which);
    }

    /** The first matching record of a topic. */
    ConsumerRecord<String, byte[]> await(Topic topic, Predicate<ConsumerRecord<String, byte[]>> which) {
        return await(topic, 1, which).getFirst();
    }

    /** Reads what has come meanwhile. */
    void poll(Duration timeout) {
        consumer.poll(timeout).forEach(found -> {
            requireNonNull(seen.get(found.topic())).add(found);
            seenAt.put(found, Instant.now());
        });
    }

    /** When a record was read here, which may be long after its sender had made it. */
    Instant seenAt(ConsumerRecord<String, byte[]> found) {
        return requireNonNull(seenAt.get(found));
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
