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
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.BatchListenerFailedException;
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
     * Configures a factory: its consumers return records again that the listener has not processed, and do not commit them.
     *
     * <p>With {@code fixTxOffsets}, Spring asks for the positions of all partitions between a poll and the listener. Without a
     * leader a position stays unknown, which by default takes a minute. Its consumers wait 100 ms for it, and return -1.
     */
    public static <K, V> void configure(ConsumerFactory<K, V> factory) {
        factory.addPostProcessor(UnprocessedRecords::guard);
    }

    /**
     * Configures a container of batches, whose consumers are of a configured factory.
     *
     * <p>Markers of transactions take offsets: without {@code fixTxOffsets}, a group that has read all records has a lag. It
     * costs one query of the consumer's position after each poll.
     */
    public static <K, V> void configure(AbstractMessageListenerContainer<K, V> container) {
        container.getContainerProperties().setFixTxOffsets(true);
        container.getContainerProperties().setAuthExceptionRetryInterval(REFUSED_PAUSE);
        container.setBatchInterceptor(new BatchInterceptor<>() {
            @Override
            public ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
                return records;
            }

            @Override
            public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
                UnprocessedRecords.of(consumer).processed(records, records.count());
            }
        });
    }

    /** Turns an {@link Error} of a listener into an exception, because Spring retries only those. */
    public static java.util.function.Consumer<RecordBatch> retryable(
            java.util.function.Consumer<RecordBatch> listener) {
        return batch -> {
            try {
                listener.accept(batch);
            } catch (Error e) {
                throw new IllegalStateException("An error ended the processing of a batch", e);
            }
        };
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
                BatchListenerFailedException failure = failure(thrown, records.count());
                UnprocessedRecords.of(consumer).processed(records, failure.getIndex());
                super.handleBatch(failure, records, consumer, container, invokeListener);
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

    /** That of the listener, or one that names the first record: Spring commits those before it, and sets the consumer back to it. */
    private static BatchListenerFailedException failure(Exception thrown, int records) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BatchListenerFailedException failure) {
                return failure;
            }
        }
        LOG.warn("A batch of {} records is read again: {}", records, causes(thrown));
        return new BatchListenerFailedException("The batch is read again", thrown, 0);
    }
}
