package dev.parley.cache.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends records, once or until the broker has them. */
public final class RecordSender<K> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordSender.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<K, byte[]> producer;
    private final ExecutorService resending = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("resend-", 0).factory());
    private final Executor afterPause;
    private volatile boolean closed;

    public RecordSender(Producer<K, byte[]> producer, Duration retryInterval) {
        this.producer = producer;
        this.afterPause = CompletableFuture.delayedExecutor(retryInterval.toNanos(), TimeUnit.NANOSECONDS, resending);
    }

    /** Has the producer know where records of this topic go, in the background, so that the first one does not wait for it. */
    public void meet(String topic) {
        resending.execute(() -> {
            try {
                producer.partitionsFor(topic);
            } catch (KafkaException e) {
                LOG.warn("Starting before {} can be reached: {}", topic, e.toString());
            }
        });
    }

    /** Sends a record. The future fails with a {@link KafkaException}; then the broker may have the record or not. */
    CompletableFuture<Void> send(ProducerRecord<K, byte[]> outgoing) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        try {
            var _ = producer.send(outgoing, (_, failure) -> {
                if (failure == null) {
                    acknowledged.complete(null);
                } else {
                    acknowledged.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            acknowledged.completeExceptionally(e);
        }
        return acknowledged;
    }

    /**
     * Sends a record, again and again with pauses, until the broker has it; it may have it more than once. The future
     * fails only if the record is too large for the topic, or with {@link #close()}.
     *
     * @param outgoing makes the record anew for each try, since a record that was sent is not to be sent again
     */
    CompletableFuture<Void> sendUntilAcknowledged(Supplier<ProducerRecord<K, byte[]>> outgoing) {
        return send(outgoing.get()).exceptionallyCompose(failure -> {
            Throwable cause = cause(failure);
            if (closed || cause instanceof RecordTooLargeException) {
                return CompletableFuture.failedFuture(failure);
            }
            LOG.warn("Kafka did not take a record, it will be sent again: {}", cause.toString());
            return CompletableFuture.runAsync(() -> {}, afterPause).thenCompose(_ -> sendUntilAcknowledged(outgoing));
        });
    }

    /** What a future failed with, without the wrapping that dependent futures add. */
    static Throwable cause(Throwable failure) {
        Throwable wrapped = failure instanceof CompletionException ? failure.getCause() : null;
        return wrapped == null ? failure : wrapped;
    }

    @Override
    public void close() {
        closed = true;
        resending.shutdown();
        producer.close(CLOSE_TIMEOUT);
    }
}
