package dev.parley.cache.kafka;

import dev.parley.eventlog.spring.ListenerContainers;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.util.backoff.FixedBackOff;

/** Configures the consumer of {@code chat.turns} that Spring Cloud Stream makes, and its container. */
public final class TurnConsumers {
    /**
     * Above the time that the records of one poll can take: by default 450 s, for 100 evictions with up to nine calls of Redis,
     * each just below its timeout of 500 ms.
     */
    private static final int POLL_INTERVAL_MAX_MILLIS = 600_000;

    /** Turns that arrive within {@link KafkaSettings#fetchMaxWait()} are fetched together. */
    private static final int FETCH_BYTES_MIN = 1024 * 1024;

    /** Bounds the delay of commits while there are no records. */
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(2);

    private TurnConsumers() {}

    /** Configures a consumer, over what the binder has set. */
    public static void configure(Map<String, Object> config, KafkaSettings settings) {
        ListenerContainers.configureConsumer(config, settings.sessionTimeout());
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MAX_MILLIS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecordsMax());
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES_MIN);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int)
                settings.fetchMaxWait().toMillis());
    }

    /**
     * Configures the container that polls. The listener skips malformed records, so a failure is one of Redis: the batch is
     * retried until Redis responds.
     */
    public static void configure(AbstractMessageListenerContainer<?, ?> container, KafkaSettings settings) {
        container.getContainerProperties().setPollTimeout(POLL_TIMEOUT.toMillis());
        ListenerContainers.configure(container);
        container.setCommonErrorHandler(ListenerContainers.retry(
                new FixedBackOff(settings.retryInterval().toMillis(), FixedBackOff.UNLIMITED_ATTEMPTS)));
    }
}
