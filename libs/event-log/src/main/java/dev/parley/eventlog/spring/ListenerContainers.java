package dev.parley.eventlog.spring;

import java.time.Duration;
import java.util.Map;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.BackOff;

/** Configures what the containers of the consumers that Spring Cloud Stream makes have in common. */
public final class ListenerContainers {
    /** After a refusal by the brokers, which would else stop the consumer for good: a right or a password may follow. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    private ListenerContainers() {}

    /**
     * Configures a container.
     *
     * <p>Markers of transactions take offsets: without {@code fixTxOffsets}, a group that has read all records has a lag. It
     * costs one query of the consumer's position after each poll.
     */
    public static void configure(ContainerProperties properties) {
        properties.setFixTxOffsets(true);
        properties.setAuthExceptionRetryInterval(REFUSED_PAUSE);
    }

    /**
     * Returns a failed batch to the listener as long as the back-off goes on, whatever the failure. Between two attempts it polls
     * with the partitions paused, which keeps the membership in the group.
     */
    public static DefaultErrorHandler retry(BackOff backOff) {
        DefaultErrorHandler handler = new DefaultErrorHandler(null, backOff);
        // By default the handler drops batches that failed with certain exceptions.
        handler.setClassifications(Map.of(), true);
        return handler;
    }
}
