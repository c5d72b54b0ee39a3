package dev.parley.cache.kafka;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** Sets up the containers that poll for the bindings. */
public final class ListenerContainers
        implements ListenerContainerCustomizer<AbstractMessageListenerContainer<String, byte[]>> {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainers.class);

    /** Bounds how late offsets are committed while nothing comes. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    private final String requestsTopic;
    private final KafkaSettings settings;

    public ListenerContainers(String requestsTopic, KafkaSettings settings) {
        this.requestsTopic = requestsTopic;
        this.settings = settings;
    }

    @Override
    public void configure(AbstractMessageListenerContainer<String, byte[]> container, String topic, String group) {
        ContainerProperties properties = container.getContainerProperties();
        properties.setPollTimeout(POLL_TIMEOUT.toMillis());
        // Poison is put aside by the listeners. What fails here is a broken outside: the record is tried until it
        // mends.
        container.setCommonErrorHandler(new DefaultErrorHandler(
                new FixedBackOff(settings.retryInterval().toMillis(), FixedBackOff.UNLIMITED_ATTEMPTS)));
        if (topic.equals(requestsTopic)) {
            properties.setAckMode(AckMode.MANUAL);
            // The next commit makes up for one that failed; at worst a request is delivered again.
            properties.setSyncCommits(false);
            properties.setCommitCallback((offsets, failure) -> {
                if (failure != null) {
                    LOG.warn("Offsets of {} are not committed yet: {}", offsets.keySet(), failure.toString());
                }
            });
        } else {
            // The markers of transactions count as records: without this, who has read all would seem to lag.
            // Its price: after each poll the broker is asked how far we are.
            properties.setFixTxOffsets(true);
        }
    }
}
