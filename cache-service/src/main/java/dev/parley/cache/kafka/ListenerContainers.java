package dev.parley.cache.kafka;

import java.time.Duration;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** Configures the container that polls for the binding. */
public final class ListenerContainers
        implements ListenerContainerCustomizer<AbstractMessageListenerContainer<String, byte[]>> {
    /** Bounds the delay of commits while there are no records. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    private final Duration retryInterval;

    public ListenerContainers(Duration retryInterval) {
        this.retryInterval = retryInterval;
    }

    /**
     * The listener skips malformed records, so a failure is one of Redis: the record is retried until Redis responds.
     *
     * <p>Markers of transactions take offsets: without {@code fixTxOffsets}, a group that has read all records has a lag. It
     * costs one query of the consumer's position after each poll.
     */
    @Override
    public void configure(AbstractMessageListenerContainer<String, byte[]> container, String topic, String group) {
        ContainerProperties properties = container.getContainerProperties();
        properties.setPollTimeout(POLL_TIMEOUT.toMillis());
        properties.setFixTxOffsets(true);
        container.setCommonErrorHandler(
                new DefaultErrorHandler(new FixedBackOff(retryInterval.toMillis(), FixedBackOff.UNLIMITED_ATTEMPTS)));
    }
}
