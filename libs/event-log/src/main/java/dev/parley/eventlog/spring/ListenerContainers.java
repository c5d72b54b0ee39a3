package dev.parley.eventlog.spring;

import static java.util.stream.Collectors.joining;

import dev.parley.eventlog.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.util.backoff.BackOff;

/** Configures what the consumers that Spring Cloud Stream makes, and their containers, have in common. */
public final class ListenerContainers {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainers.class);

    /** After a refusal by the brokers, which would else stop the consumer for good: a right or a password may follow. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    private ListenerContainers() {}

    /** Configures a consumer of turns, over what the binder has set. No request waits for it. */
    public static void configureConsumer(Map<String, Object> config, Duration sessionTimeout) {
        int sessionMs = Math.toIntExact(sessionTimeout.toMillis());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMs);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, sessionMs / 3);
        config.put(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, KafkaClients.BACKGROUND_RETRY_MS);
    }

    /** Configures a container of batches: {@link BatchCommitter} commits in place of Spring. */
    public static <K, V> void configure(AbstractMessageListenerContainer<K, V> container) {
        container.getContainerProperties().setAckMode(AckMode.MANUAL);
        container.getContainerProperties().setAuthExceptionRetryInterval(REFUSED_PAUSE);
        container.setBatchInterceptor(new BatchCommitter<>());
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
     * by default Spring keeps it in memory, and retries it there although its partition has been revoked.
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
                int processed = processed(thrown);
                if (processed == 0) {
                    LOG.warn("A batch of {} records is read again: {}", records.count(), description(thrown));
                }
                // Spring commits the records before the index, and sets the consumer back to it.
                var failure = new BatchListenerFailedException("The batch is read again", thrown, processed);
                super.handleBatch(failure, records, consumer, container, invokeListener);
            }
        };
        // By default the handler drops batches that failed with certain exceptions.
        handler.setClassifications(Map.of(), true);
        return handler;
    }

    /** The classes of the exceptions, and where the last was thrown: their messages may quote an answer, as those of Redisson do. */
    private static String description(Exception thrown) {
        String classes = causes(thrown)
                .map(cause -> cause.getClass().getName())
                .filter(name -> !name.startsWith("org.springframework."))
                .collect(joining(", caused by "));
        StackTraceElement[] stack =
                NestedExceptionUtils.getMostSpecificCause(thrown).getStackTrace();
        return stack.length == 0 ? classes : classes + " at " + stack[0];
    }

    private static Stream<Throwable> causes(Exception thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
    }

    /** How many records of its batch a listener had processed when it failed. */
    static int processed(Exception thrown) {
        return causes(thrown)
                .filter(BatchListenerFailedException.class::isInstance)
                .mapToInt(cause -> ((BatchListenerFailedException) cause).getIndex())
                .findFirst()
                .orElse(0);
    }
}
