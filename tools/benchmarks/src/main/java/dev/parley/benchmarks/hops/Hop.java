package dev.parley.benchmarks.hops;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One topic, the producer that writes it and the thread that reads it. */
final class Hop implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private volatile Consumer<byte[]> next = record -> {};

    private Hop(String topic, KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer) {
        this.topic = topic;
        this.producer = producer;
        this.consumer = consumer;
        this.reader = Thread.ofPlatform().name(topic).daemon().unstarted(this::read);
    }

    static Hop on(String bootstrapServers, String topic) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        Hop hop = new Hop(topic, producer, consumer);
        hop.reader.start();
        return hop;
    }

    /** A record that knows when it was due. */
    static byte[] record(long due, int bytes) {
        return ByteBuffer.allocate(bytes).putLong(due).array();
    }

    static long due(byte[] record) {
        return ByteBuffer.wrap(record).getLong();
    }

    void passTo(Consumer<byte[]> taker) {
        next = taker;
    }

    void send(byte[] record) {
        var _ = producer.send(new ProducerRecord<>(topic, record));
    }

    private void read() {
        try (consumer) {
            while (true) {
                consumer.poll(POLL).forEach(record -> next.accept(record.value()));
            }
        } catch (WakeupException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        producer.close(Duration.ofSeconds(2));
    }
}
