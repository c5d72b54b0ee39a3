package dev.parley.persistence.kafka;

import dev.parley.persistence.retry.RetrySettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.MicrometerProducerListener;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** How this service uses Kafka's clients. */
public final class KafkaClients {
    /** How soon a topic is read that was made after this process has started. */
    private static final Duration TOPIC_DISCOVERY = Duration.ofSeconds(5);

    /** Nobody waits for turns to be written: those that come within a moment are fetched, written and committed together. */
    private static final int GATHERED_BYTES_MAX = 256 * 1024;

    private static final double BATCH_BACK_OFF_MULTIPLIER = 2;

    private KafkaClients() {}

    /** Configures the consumers of {@code chat.turns}, over what the binder has set. */
    public static void configureConsumer(Map<String, Object> properties, KafkaSettings settings) {
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchRecordsMax());
        int batchBytesMax = Math.toIntExact(settings.batchBytesMax().toBytes());
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, batchBytesMax);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, batchBytesMax);
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, GATHERED_BYTES_MAX);
        properties.put(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                Math.toIntExact(settings.gathering().toMillis()));
        int sessionMs = Math.toIntExact(settings.sessionTimeout().toMillis());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMs);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, sessionMs / 3);
        properties.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(settings.pollIntervalMax().toMillis()));
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, Math.toIntExact(TOPIC_DISCOVERY.toMillis()));
    }

    /** Configures the threads that hand batches to the listener. */
    public static void configureContainer(ContainerProperties properties, KafkaSettings settings) {
        properties.setShutdownTimeout(settings.shutdownGrace().toMillis());
        // Turns come in transactions, whose end takes an offset of its own: without this, the lag never becomes 0.
        properties.setFixTxOffsets(true);
    }

    /** Makes the producer of dead letters when the first of them comes; a process rarely has one. */
    public static ProducerFactory<byte[], byte[]> deadLetterProducers(KafkaSettings settings, MeterRegistry meters) {
        int timeoutMs = Math.toIntExact(settings.deadLetterTimeout().toMillis());
        DefaultKafkaProducerFactory<byte[], byte[]> producers = new DefaultKafkaProducerFactory<>(
                Map.of(
                        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                        settings.bootstrapServers(),
                        CommonClientConfigs.CLIENT_ID_CONFIG,
                        "persistence-dead-letters",
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Math.toIntExact(settings.deadLetterBytesMax().toBytes()),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        timeoutMs / 3,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        timeoutMs / 3,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        timeoutMs),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producers.addListener(new MicrometerProducerListener<>(meters));
        return producers;
    }

    /**
     * Gives a failed batch to the listener again, without end and whatever the failure. Between two attempts it polls with
     * the partitions paused, which keeps the membership in the group.
     */
    public static DefaultErrorHandler retryForever(RetrySettings settings) {
        ExponentialBackOff backOff =
                new ExponentialBackOff(settings.backOffInitial().toMillis(), BATCH_BACK_OFF_MULTIPLIER);
        backOff.setMaxInterval(settings.backOffMax().toMillis());
        DefaultErrorHandler handler = new DefaultErrorHandler(null, backOff);
        // By default some exceptions count as hopeless, and their batch is thrown away.
        handler.setClassifications(Map.of(), true);
        return handler;
    }
}
