package dev.parley.persistence.kafka;

import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.spring.ListenerContainers;
import dev.parley.persistence.retry.BatchRetrySettings;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** Configures the consumers of {@code chat.turns} that Spring Cloud Stream makes, and their containers. */
public final class TurnConsumers {
    /** Turns that arrive within {@link KafkaSettings#gathering()} are fetched, written and committed together. */
    private static final int FETCH_BYTES_MIN = 256 * 1024;

    private static final double BATCH_BACK_OFF_MULTIPLIER = 2;

    private TurnConsumers() {}

    /** Configures a consumer, over what the binder has set. */
    public static void configure(Map<String, Object> config, KafkaSettings settings) {
        int batchBytesMax = Math.toIntExact(settings.batchBytesMax().toBytes());
        ListenerContainers.configureConsumer(config, settings.sessionTimeout());
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchRecordsMax());
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, batchBytesMax);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, batchBytesMax);
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES_MIN);
        config.put(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                Math.toIntExact(settings.gathering().toMillis()));
        config.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(settings.pollIntervalMax().toMillis()));
        config.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, KafkaClients.PARTITION_DISCOVERY_MS);
    }

    /** Configures the container whose threads hand batches to the listener, which are retried until DynamoDB is back. */
    public static void configure(
            AbstractMessageListenerContainer<?, ?> container, KafkaSettings settings, BatchRetrySettings retry) {
        container
                .getContainerProperties()
                .setShutdownTimeout(settings.shutdownGrace().toMillis());
        ListenerContainers.configure(container);
        container.setCommonErrorHandler(retryForever(retry));
    }

    static DefaultErrorHandler retryForever(BatchRetrySettings settings) {
        ExponentialBackOff backOff =
                new ExponentialBackOff(settings.backOffInitial().toMillis(), BATCH_BACK_OFF_MULTIPLIER);
        backOff.setMaxInterval(settings.backOffMax().toMillis());
        return ListenerContainers.retry(backOff);
    }
}
