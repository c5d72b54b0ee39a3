package dev.parley.eventlog.spring;

import java.time.Duration;
import org.springframework.kafka.listener.ContainerProperties;

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
}
