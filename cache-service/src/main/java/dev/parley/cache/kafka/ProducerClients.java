package dev.parley.cache.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the producers of this service: idempotent, acknowledged by all replicas, without lingering. */
public final class ProducerClients {
    /** The largest record of any topic here is a turn. */
    private static final int RECORD_BYTES_MAX = 18 * 1024 * 1024;

    private static final long BUFFER_BYTES = 64L * 1024 * 1024;
    private static final int REQUEST_TIMEOUT_MAX_MILLIS = 5_000;
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;
    private static final long RETRY_BACKOFF_MILLIS = 20;

    private final KafkaSettings settings;
    private final MeterRegistry registry;

    public ProducerClients(KafkaSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.registry = registry;
    }

    /** For pieces of answers, or for requests: each has a producer of its own, so that neither waits for the other. */
    public Producer<String, byte[]> events(String name) {
        return measured(new KafkaProducer<>(config(name), new StringSerializer(), new ByteArraySerializer()));
    }

    /** For dead letters, which keep the key's bytes. */
    public Producer<byte[], byte[]> deadLetters() {
        Serializer<byte[]> bytes = new ByteArraySerializer();
        return measured(new KafkaProducer<>(config("dead-letters"), bytes, bytes));
    }

    /** For the turns that come from one partition of {@code chat.requests}; not measured one by one. */
    public Producer<String, byte[]> turns(int partition) {
        Map<String, Object> config = config("turns-" + partition);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "cache-service-" + partition);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        // No reader waits for a commit; given up early, its outcome would be unknown.
        config.put(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, settings.deliveryTimeout().toMillis());
        // The broker turns a transaction away while it completes the one before, which takes a few milliseconds.
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MILLIS);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> config(String name) {
        int deliveryTimeout = (int) settings.deliveryTimeout().toMillis();
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "cache-" + name);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryTimeout);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(REQUEST_TIMEOUT_MAX_MILLIS, deliveryTimeout));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, settings.maxBlock().toMillis());
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        return config;
    }

    private <K> Producer<K, byte[]> measured(Producer<K, byte[]> producer) {
        new KafkaClientMetrics(producer).bindTo(registry);
        return producer;
    }
}
