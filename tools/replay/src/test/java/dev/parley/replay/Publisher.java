package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes valid and malformed records. */
final class Publisher implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;

    private Publisher(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    static Publisher plain(String bootstrapServers) {
        return new Publisher(producer(bootstrapServers, Optional.empty()));
    }

    static Publisher transactional(String bootstrapServers, String transactionalId) {
        Publisher publisher = new Publisher(producer(bootstrapServers, Optional.of(transactionalId)));
        publisher.producer.initTransactions();
        return publisher;
    }

    private static Producer<byte[], byte[]> producer(String bootstrapServers, Optional<String> transactionalId) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "compression.type",
                "zstd",
                "max.request.size",
                9 * 1024 * 1024,
                "linger.ms",
                0));
        transactionalId.ifPresent(id -> {
            settings.put("transactional.id", id);
            // Longer than a slow test keeps one open.
            settings.put("transaction.timeout.ms", 600_000);
        });
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends a golden record with other headers; the conversation is also the key. */
    void turn(String golden, String conversation, Instant time, Map<String, String> headers) {
        ConsumerRecord<byte[], byte[]> record = Records.golden(golden);
        Headers changed = new RecordHeaders(record.headers());
        Map<String, String> all = new HashMap<>(headers);
        all.put("ce_conversation", conversation);
        all.forEach((name, value) -> changed.remove(name).add(name, value.getBytes(UTF_8)));
        send(new ProducerRecord<>(
                record.topic(), null, time.toEpochMilli(), conversation.getBytes(UTF_8), record.value(), changed));
    }

    void golden(String golden, int partition) {
        ConsumerRecord<byte[], byte[]> record = Records.golden(golden);
        send(new ProducerRecord<>(record.topic(), partition, null, record.key(), record.value(), record.headers()));
    }

    @SuppressWarnings("NullAway") // Kafka takes null keys and values; its types are not annotated
    void raw(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
        send(new ProducerRecord<>(topic, partition, key, value));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void begin() {
        producer.beginTransaction();
    }

    void commit() {
        producer.commitTransaction();
    }

    void abort() {
        producer.abortTransaction();
    }

    @Override
    public void close() {
        producer.close();
    }
}
