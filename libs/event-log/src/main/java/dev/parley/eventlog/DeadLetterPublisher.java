package dev.parley.eventlog;

import dev.parley.contracts.event.DeadLetter;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes records that cannot be processed to the dead-letter topic of their source. A record that its topic finds too
 * large is cut down; its value stays at the source.
 */
public final class DeadLetterPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterPublisher.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Counter published;
    private final Executor afterPause =
            CompletableFuture.delayedExecutor(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);

    /** Made for the first dead letter: a process rarely has one. */
    private @Nullable Producer<byte[], byte[]> producer;

    /** A publisher that takes its producer from the supplier once, for the first dead letter; it counts the published ones. */
    public DeadLetterPublisher(Supplier<Producer<byte[], byte[]>> producers, Counter published) {
        this.producers = producers;
        this.published = published;
    }

    /**
     * Publishes a record.
     *
     * @param reason for an operator, without the record's text
     * @return completes when all in-sync replicas have the dead letter, and fails as the producer fails
     */
    public CompletableFuture<Void> publish(ConsumerRecord<?, byte[]> source, String reason) {
        return publish(new Letter(source, reason, false, new CompletableFuture<>()));
    }

    /** The same, repeated once a second until the broker has it or the process ends. Never fails. */
    public CompletableFuture<Void> publishWithRetries(ConsumerRecord<?, byte[]> source, String reason) {
        return publish(new Letter(source, reason, true, new CompletableFuture<>()));
    }

    private CompletableFuture<Void> publish(Letter letter) {
        LOG.warn(
                "Dead letter from {}-{}@{}: {}",
                letter.source.topic(),
                letter.source.partition(),
                letter.source.offset(),
                letter.reason);
        send(letter, false);
        return letter.stored;
    }

    private void send(Letter letter, boolean cutDown) {
        try {
            var _ = producer().send(letter.encode(cutDown), (_, failure) -> {
                if (failure == null) {
                    published.increment();
                    letter.stored.complete(null);
                } else {
                    failed(letter, cutDown, failure);
                }
            });
        } catch (KafkaException e) {
            failed(letter, cutDown, e);
        } catch (IllegalStateException e) {
            LOG.info("The process stops; the next owner of the partition publishes the dead letter: {}", e.toString());
        }
    }

    private void failed(Letter letter, boolean cutDown, Exception failure) {
        if (failure instanceof RecordTooLargeException && !cutDown) {
            send(letter, true);
        } else if (letter.retried) {
            LOG.warn("A dead letter is sent again in {} ms: {}", RETRY_PAUSE.toMillis(), failure.toString());
            afterPause.execute(() -> send(letter, cutDown));
        } else {
            letter.stored.completeExceptionally(failure);
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producers.get();
        }
        return producer;
    }

    private record Letter(
            ConsumerRecord<?, byte[]> source, String reason, boolean retried, CompletableFuture<Void> stored) {
        /** A new record for each attempt: Kafka's producer changes the headers of what it sends. */
        ProducerRecord<byte[], byte[]> encode(boolean cutDown) {
            return cutDown ? DeadLetter.cutDown(source, reason) : DeadLetter.of(source, reason);
        }
    }
}
