package dev.parley.eventlog.spring;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.NestedRuntimeException;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.util.backoff.BackOff;

/** Configures what the containers of the consumers that Spring Cloud Stream makes have in common. */
public final class ListenerContainers {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainers.class);

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
     * Has a failed batch read again as long as the back-off goes on, whatever the failure. The consumer is set back to the batch:
     * by default Spring keeps it in memory, with the consumer's position behind it, and {@code fixTxOffsets} commits that position
     * when the partition is revoked or the container stops.
     */
    public static DefaultErrorHandler retry(BackOff backOff) {
        DefaultErrorHandler handler = new DefaultErrorHandler(null, backOff) {
            @Override
            public void handleBatch(
                    Exception thrown,
                    ConsumerRecords<?, ?> records,
                    Consumer<?, ?> consumer,
                    MessageListenerContainer container,
                    Runnable invokeListener) {
                super.handleBatch(seeking(thrown, records.count()), records, consumer, container, invokeListener);
            }
        };
        // By default the handler drops batches that failed with certain exceptions.
        handler.setClassifications(Map.of(), true);
        return handler;
    }

    /** The classes of the exceptions, and where the last was thrown: their messages may quote an answer, as those of Redisson do. */
    private static String causes(Exception thrown) {
        String classes = Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .map(cause -> cause.getClass().getName())
                .filter(name -> !name.startsWith("org.springframework."))
                .collect(joining(", caused by "));
        StackTraceElement[] stack =
                NestedExceptionUtils.getMostSpecificCause(thrown).getStackTrace();
        return stack.length == 0 ? classes : classes + " at " + stack[0];
    }

    /** Names a record, unless the listener has: Spring commits those before it, and sets the consumer back to it. */
    private static Exception seeking(Exception thrown, int records) {
        if (thrown instanceof NestedRuntimeException nested && nested.contains(BatchListenerFailedException.class)) {
            return thrown;
        }
        LOG.warn("A batch of {} records is read again: {}", records, causes(thrown));
        return new BatchListenerFailedException("The batch is read again", thrown, 0);
    }
}
