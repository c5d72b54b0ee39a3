package dev.parley.eventlog.spring;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.NestedRuntimeException;
import org.springframework.kafka.core.ConsumerFactory;
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

    /** Longer than a leader takes to confirm a position. */
    private static final Duration POSITION_TIMEOUT = Duration.ofMillis(100);

    private static final long UNKNOWN_POSITION = -1;

    private ListenerContainers() {}

    /**
     * Configures a factory: its consumers wait 100 ms for the position of a partition, and return -1 if it is unknown.
     *
     * <p>With {@code fixTxOffsets}, Spring asks for the positions of all partitions between a poll and the listener. Without a
     * leader a position stays unknown: by default that takes a minute and ends in an exception, after which the records of the
     * poll reach no listener, and are committed with later ones.
     */
    public static <K, V> void configure(ConsumerFactory<K, V> factory) {
        factory.addPostProcessor(ListenerContainers::withPromptPositions);
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Consumer<K, V> withPromptPositions(Consumer<K, V> consumer) {
        return (Consumer<K, V>) Proxy.newProxyInstance(
                Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, (_, method, args) -> {
                    if (method.getName().equals("position") && args.length == 1) {
                        return position(consumer, (TopicPartition) args[0]);
                    }
                    try {
                        return method.invoke(consumer, args);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private static long position(Consumer<?, ?> consumer, TopicPartition partition) {
        try {
            return consumer.position(partition, POSITION_TIMEOUT);
        } catch (TimeoutException e) {
            LOG.debug("The position in {} is unknown: {}", partition, e.getMessage());
            return UNKNOWN_POSITION;
        }
    }

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
