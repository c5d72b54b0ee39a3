package dev.parley.eventlog;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes the Kafka clients of a service. Settings that all of them share are here; a caller adds or replaces what its use
 * needs, by the names of Kafka's documentation.
 */
public final class KafkaClients {
    /** A record of the largest topic and its headers. */
    private static final int REQUEST_BYTES_MAX = 18 * 1024 * 1024;

    /** A client looks for another leader after it, when a broker keeps its connections and does not respond. */
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private static final int QUIET_FETCH_MS = 3_000;

    /**
     * How long a producer keeps the metadata of a topic that it does not write to: practically always, because the next record would
     * wait for it. Kafka's client adds it to the time, so {@link Long#MAX_VALUE} would drop all metadata at each refresh.
     */
    private static final long METADATA_IDLE_MS = Duration.ofDays(365).toMillis();

    /**
     * {@code retry.backoff.ms} of a member of a group that no request waits for. Its thread of heartbeats looks that often whether
     * one is due, by default ten times a second.
     */
    public static final int BACKGROUND_RETRY_MS = 500;

    /** {@code metadata.max.age.ms} of a consumer that has to find topics and partitions that are created after its start. */
    public static final int PARTITION_DISCOVERY_MS = 5_000;

    private final KafkaConnection connection;
    private final MeterRegistry registry;
    private final Map<String, KafkaClientMetrics> measured = new ConcurrentHashMap<>();

    public KafkaClients(KafkaConnection connection, MeterRegistry registry) {
        this.connection = connection;
        this.registry = registry;
    }

    /** A consumer that commits only when told to. For long use: its metrics are exported under its client id. */
    public Consumer<String, byte[]> consumer(String clientId, Map<String, ?> settings) {
        Consumer<String, byte[]> consumer = shortLivedConsumer(clientId, settings);
        measure(clientId, new KafkaClientMetrics(consumer));
        return consumer;
    }

    /** The same without metrics, for consumers that live as long as one request. */
    public Consumer<String, byte[]> shortLivedConsumer(String clientId, Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>();
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        config.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        config.putAll(settings);
        return new KafkaConsumer<>(
                connection.client(clientId, config), new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A consumer without a group for a topic that is seldom written: a fetch waits for three seconds, so that an idle system sends
     * few requests. Closing it may take as long. Without metrics.
     */
    public Consumer<String, byte[]> quietConsumer(String clientId, Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("fetch.max.wait.ms", QUIET_FETCH_MS);
        return shortLivedConsumer(clientId, config);
    }

    /** An idempotent producer that sends at once. Its metrics are exported under its client id. */
    public Producer<String, byte[]> producer(String clientId, Map<String, ?> settings) {
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                producerConfig(clientId, settings), new StringSerializer(), new ByteArraySerializer());
        measure(clientId, new KafkaClientMetrics(producer));
        return producer;
    }

    /** A producer with a transactional id, of which a service may have one for each partition: without metrics. */
    public Producer<String, byte[]> transactionalProducer(
            String clientId, String transactionalId, Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("transactional.id", transactionalId);
        return new KafkaProducer<>(producerConfig(clientId, config), new StringSerializer(), new ByteArraySerializer());
    }

    /** A producer for records whose keys are kept as bytes. */
    public Producer<byte[], byte[]> deadLetterProducer(String clientId, Map<String, ?> settings) {
        return new KafkaProducer<>(
                producerConfig(clientId, settings), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerConfig(String clientId, Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>();
        config.put("acks", "all");
        config.put("enable.idempotence", true);
        config.put("linger.ms", 0);
        config.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        config.put("max.block.ms", REQUEST_TIMEOUT_MS);
        config.put("max.request.size", REQUEST_BYTES_MAX);
        config.put("metadata.max.idle.ms", METADATA_IDLE_MS);
        config.putAll(settings);
        return connection.client(clientId, config);
    }

    /** An admin client that gives up a request after the timeout. */
    public Admin admin(String clientId, Duration timeout) {
        int timeoutMs = (int) timeout.toMillis();
        return Admin.create(connection.client(
                clientId, Map.of("request.timeout.ms", timeoutMs, "default.api.timeout.ms", timeoutMs)));
    }

    /** Replaces the metrics of the client that had this id before. */
    private void measure(String clientId, KafkaClientMetrics metrics) {
        KafkaClientMetrics replaced = measured.put(clientId, metrics);
        if (replaced != null) {
            replaced.close();
        }
        metrics.bindTo(registry);
    }
}
