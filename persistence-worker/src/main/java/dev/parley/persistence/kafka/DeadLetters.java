package dev.parley.persistence.kafka;

import dev.parley.contracts.event.DeadLetter;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
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
     * Sends a record. What is too large for a dead letter is cut down; its value stays where it came from.
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
            await(DeadLetter.of(
                    unreadable.topic(),
                    unreadable.partition(),
                    unreadable.offset(),
                    unreadable.key(),
                    unreadable.value(),
                    unreadable.headers(),
                    reason));
        } catch (ExecutionException e) {
            if (!isTooLarge(e)) {
                throw new KafkaException("a dead letter could not be sent", e);
            }
            sendCutDown(unreadable, reason);
        }
    }

    private void sendCutDown(ConsumerRecord<byte[], byte[]> unreadable, String reason) {
        try {
            await(DeadLetter.cutDown(
                    unreadable.topic(),
                    unreadable.partition(),
                    unreadable.offset(),
                    unreadable.key(),
                    unreadable.value(),
                    unreadable.headers(),
                    reason));
        } catch (ExecutionException e) {
            throw new KafkaException("a dead letter could not be sent", e);
        }
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
