package dev.parley.inference.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the Kafka clients of this service, each with the settings its job needs, and has them measured. */
public final class KafkaClients {
    /** How many requests a poll brings at most. */
    static final int POLL_RECORDS_MAX = 100;

    private static final int RECORD_BYTES_MAX = 18 * 1024 * 1024;

    private static final int PATIENT_BATCH_BYTES = 64 * 1024;

    private final KafkaSettings settings;
    private final MeterRegistry registry;
    private final Map<String, KafkaClientMetrics> measured = new ConcurrentHashMap<>();

    public KafkaClients(KafkaSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.registry = registry;
    }

    /** For pieces of answers: sent at once, idempotent, outside of transactions. */
    public Producer<String, byte[]> deltaProducer() {
        return measured(deltas("inference-deltas"));
    }

    /** For pieces of answers in busy times: what has come within the linger goes together. */
    public Producer<String, byte[]> patientDeltaProducer() {
        Map<String, Object> config = deltas("inference-deltas-patient");
        config.put("linger.ms", (int) settings.deltaLinger().toMillis());
        config.put("batch.size", PATIENT_BATCH_BYTES);
        return measured(config);
    }

    /** While no broker answers, a client forgets where partitions are: then a piece waits before it is sent, and no less long. */
    private Map<String, Object> deltas(String clientId) {
        Map<String, Object> config = producer(clientId);
        config.put("delivery.timeout.ms", (int) settings.deliveryTimeout().toMillis());
        config.put("max.block.ms", (int) settings.deliveryTimeout().toMillis());
        return config;
    }

    /**
     * For turns that come from one partition of {@code chat.requests}: the newest producer of it shuts out others. They
     * are not compressed: readers bound what they fetch by its bytes on the log, and a request of 8 MB can be compressed
     * into some KB, of which a reader would then unpack hundreds at once.
     */
    Producer<String, byte[]> turnProducer(int partition) {
        Map<String, Object> config = producer("inference-turns-" + partition);
        config.put("transactional.id", settings.groupId() + "-" + partition);
        config.put("transaction.timeout.ms", 10_000);
        config.put("delivery.timeout.ms", 10_000);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** For records that cannot be processed. */
    public Producer<byte[], byte[]> deadLetterProducer() {
        return new KafkaProducer<>(
                producer("inference-dead-letters"), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** For requests: a member of the group, which commits by hand. */
    Consumer<String, byte[]> requestConsumer() {
        Map<String, Object> config = consumer("inference-requests");
        config.put("group.id", settings.groupId());
        config.put("auto.offset.reset", "earliest");
        config.put("session.timeout.ms", (int) settings.sessionTimeout().toMillis());
        // A member hears of a rebalance with its next heartbeat, and an answer may be waiting for it.
        config.put("heartbeat.interval.ms", (int)
                Math.min(1_000, settings.sessionTimeout().toMillis() / 3));
        config.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        config.put("max.poll.records", POLL_RECORDS_MAX);
        return measuredConsumer(config);
    }

    /** For reading slices of {@code chat.deltas}: no group, only what is committed. */
    Consumer<String, byte[]> sliceConsumer() {
        Map<String, Object> config = consumer("inference-slices");
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        return measuredConsumer(config);
    }

    /** For reading a slice up to a claim: no group, committed or not. */
    public Consumer<String, byte[]> sliceEndConsumer() {
        Map<String, Object> config = consumer("inference-slice-ends");
        config.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** For commands of clients: no group, every replica reads them all. */
    Consumer<String, byte[]> commandConsumer() {
        Map<String, Object> config = consumer("inference-commands");
        config.put("auto.offset.reset", "earliest");
        return measuredConsumer(config);
    }

    /** For asking how far {@code chat.deltas} goes, committed or not. Reads nothing. */
    Consumer<String, byte[]> endConsumer() {
        return measuredConsumer(consumer("inference-ends"));
    }

    private Map<String, Object> producer(String clientId) {
        return new TreeMap<>(Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                clientId,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                0,
                "request.timeout.ms",
                5_000,
                "max.block.ms",
                5_000,
                "reconnect.backoff.max.ms",
                1_000,
                "max.request.size",
                RECORD_BYTES_MAX));
    }

    private Map<String, Object> consumer(String clientId) {
        return new TreeMap<>(Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                clientId,
                "enable.auto.commit",
                false,
                "fetch.min.bytes",
                1,
                "reconnect.backoff.max.ms",
                1_000));
    }

    private Producer<String, byte[]> measured(Map<String, Object> config) {
        KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        measure(config, new KafkaClientMetrics(producer));
        return producer;
    }

    private Consumer<String, byte[]> measuredConsumer(Map<String, Object> config) {
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        measure(config, new KafkaClientMetrics(consumer));
        return consumer;
    }

    /** Measures a client in the place of the one that had its name before. */
    private void measure(Map<String, Object> config, KafkaClientMetrics metrics) {
        KafkaClientMetrics replaced = measured.put(String.valueOf(config.get("client.id")), metrics);
        if (replaced != null) {
            replaced.close();
        }
        metrics.bindTo(registry);
    }
}
