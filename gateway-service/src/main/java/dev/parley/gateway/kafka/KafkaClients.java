package dev.parley.gateway.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the Kafka clients of this service and has them measured. */
public final class KafkaClients {
    private static final int REQUEST_BYTES_MAX = 9 * 1024 * 1024;

    private static final int FETCH_BYTES_MAX = 1024 * 1024;

    private final KafkaSettings settings;
    private final MeterRegistry registry;
    private final Map<String, KafkaClientMetrics> measured = new ConcurrentHashMap<>();
    private final AtomicLong resumed = new AtomicLong();
    private final AtomicLong histories = new AtomicLong();

    public KafkaClients(KafkaSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.registry = registry;
    }

    /** For what clients ask and do: sent at once, idempotent, given up in time for a client to be told. */
    public Producer<String, byte[]> eventProducer() {
        int timeout = (int) settings.publishTimeout().toMillis();
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-requests",
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                0,
                "request.timeout.ms",
                timeout,
                "delivery.timeout.ms",
                timeout,
                "max.block.ms",
                timeout,
                "reconnect.backoff.max.ms",
                500,
                "max.request.size",
                REQUEST_BYTES_MAX);
        var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        measure("gateway-requests", new KafkaClientMetrics(producer));
        return producer;
    }

    /** For pieces of answers: no group, so that no rebalance touches a live answer. */
    public Consumer<String, byte[]> deltaConsumer() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-deltas",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "latest",
                "fetch.min.bytes",
                1,
                "reconnect.backoff.max.ms",
                500,
                "max.poll.records",
                2_000);
        var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        measure("gateway-deltas", new KafkaClientMetrics(consumer));
        return consumer;
    }

    /**
     * For one answer that is read again: reads little ahead. A record larger than the limits is fetched all the same
     * (KIP-74).
     */
    public Consumer<String, byte[]> answerConsumer() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-resume-" + resumed.incrementAndGet(),
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "fetch.max.bytes",
                FETCH_BYTES_MAX,
                "max.partition.fetch.bytes",
                FETCH_BYTES_MAX,
                "default.api.timeout.ms",
                (int) settings.publishTimeout().toMillis(),
                "reconnect.backoff.max.ms",
                500);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** For the keys, which are read from the beginning. */
    public Consumer<String, byte[]> keyConsumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        settings.bootstrapServers(),
                        "client.id",
                        "gateway-keys",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "reconnect.backoff.max.ms",
                        500,
                        "default.api.timeout.ms",
                        10_000),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * For turns to be settled, by the gateways as a group. Turns are large, and few of them concern anybody here; those that
     * come within half a second are fetched together.
     */
    public Consumer<String, byte[]> settlementConsumer() {
        Map<String, Object> config = new TreeMap<>(Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-settlement",
                "group.id",
                "gateway-settlement",
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                2_000,
                "fetch.max.bytes",
                8 * FETCH_BYTES_MAX,
                "reconnect.backoff.max.ms",
                500));
        config.put("fetch.min.bytes", FETCH_BYTES_MAX / 4);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * For the end of {@code chat.turns}: asks what a group has committed, without being a member of it. Without a
     * committed offset, or with one that the topic has forgotten, it reads from the beginning.
     */
    public Consumer<String, byte[]> turnConsumer(String writerGroup) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-history-" + histories.incrementAndGet(),
                "group.id",
                writerGroup,
                "enable.auto.commit",
                false,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "max.partition.fetch.bytes",
                2 * FETCH_BYTES_MAX,
                "default.api.timeout.ms",
                (int) settings.publishTimeout().toMillis(),
                "reconnect.backoff.max.ms",
                500);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** The id of the cluster. Blocks, for the publish timeout at most. */
    public String clusterId() throws InterruptedException, ExecutionException, TimeoutException {
        int timeout = (int) settings.publishTimeout().toMillis();
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-cluster-id",
                "request.timeout.ms",
                timeout,
                "default.api.timeout.ms",
                timeout))) {
            return admin.describeCluster().clusterId().get(timeout, TimeUnit.MILLISECONDS);
        }
    }

    /** Measures a client in the place of the one that had its name before. */
    private void measure(String clientId, KafkaClientMetrics metrics) {
        KafkaClientMetrics replaced = measured.put(clientId, metrics);
        if (replaced != null) {
            replaced.close();
        }
        metrics.bindTo(registry);
    }
}
