package dev.parley.persistence.kafka;

import dev.parley.contracts.event.DeadLetter;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.ProducerFactory;

/** Sends records that cannot be read to {@code chat.turns.dead}, and waits until they are there. */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    /** Shares one producer, which it makes for the first dead letter. */
    private final ProducerFactory<byte[], byte[]> producers;

    private final Duration timeout;

    DeadLetters(ProducerFactory<byte[], byte[]> producers, Duration timeout) {
        this.producers = producers;
        this.timeout = timeout;
    }

    /**
     * Sends a record. What is too large for a dead letter loses its value, which stays where it came from.
     *
     * @throws KafkaException if it is not known to be there after the timeout
     */
    void send(ConsumerRecord<byte[], byte[]> unreadable, String reason) {
        LOG.warn(
                "Dead letter from {}-{} at {}: {}",
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                reason);
        try {
            await(letter(unreadable, unreadable.value(), reason));
        } catch (ExecutionException e) {
            if (!isTooLarge(e)) {
                throw new KafkaException("a dead letter could not be sent", e);
            }
            sendWithoutValue(unreadable, reason);
        }
    }

    private void sendWithoutValue(ConsumerRecord<byte[], byte[]> unreadable, String reason) {
        try {
            await(letter(unreadable, null, reason + "; too large for a dead letter, the value is only at its origin"));
        } catch (ExecutionException e) {
            throw new KafkaException("a dead letter could not be sent", e);
        }
    }

    private static ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> unreadable, byte @Nullable [] value, String reason) {
        return DeadLetter.of(
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                unreadable.key(),
                value,
                unreadable.headers(),
                reason);
    }

    private void await(ProducerRecord<byte[], byte[]> letter) throws ExecutionException {
        try {
            producers.createProducer().send(letter).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new KafkaException("a dead letter took too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while a dead letter was sent", e);
        }
    }

    private static boolean isTooLarge(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return true;
            }
        }
        return false;
    }
}
