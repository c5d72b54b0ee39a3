package dev.parley.cache.kafka;

import java.time.Duration;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** Sets up the container that polls for the binding. */
public final class ListenerContainers
        implements ListenerContainerCustomizer<AbstractMessageListenerContainer<String, byte[]>> {
    /** Bounds how late offsets are committed while nothing comes. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    private final Duration retryInterval;

    public ListenerContainers(Duration retryInterval) {
        this.retryInterval = retryInterval;
    }

    /**
     * The listener leaves out what it cannot read. What fails is Redis: the record is tried until Redis answers.
     *
     * <p>The markers of transactions count as records: without {@code fixTxOffsets}, a group that has read all seems to
     * lag. Its price is one request for the consumer's position after each poll.
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
