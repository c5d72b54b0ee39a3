package dev.parley.inference.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.DeadLetter;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts aside what cannot be processed: tries once a second, as long as the process lives, until the broker has it. A letter
 * that its topic finds too large is cut down.
 */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Producer<byte[], byte[]> producer;
    private final Executor afterPause = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);

    public DeadLetters(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Sends the record to the dead letters; {@code onceThere} runs when the broker has it. */
    void send(ConsumerRecord<String, byte[]> unreadable, String reason, Runnable onceThere) {
        LOG.warn(
                "Dead letter from {}-{}@{}: {}",
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                reason);
        byte[] key = unreadable.key() == null ? null : unreadable.key().getBytes(UTF_8);
        send(new Letter(
                () -> DeadLetter.of(
                        unreadable.topic(),
                        unreadable.partition(),
                        unreadable.offset(),
                        key,
                        unreadable.value(),
                        unreadable.headers(),
                        reason),
                () -> DeadLetter.cutDown(
                        unreadable.topic(),
                        unreadable.partition(),
                        unreadable.offset(),
                        key,
                        unreadable.value(),
                        unreadable.headers(),
                        reason),
                onceThere));
    }

    /** Makes the record anew for each try, since a record that was sent is not to be sent again. */
    private record Letter(
            Supplier<ProducerRecord<byte[], byte[]>> now,
            Supplier<ProducerRecord<byte[], byte[]>> ifTooLarge,
            Runnable onceThere) {}

    private void send(Letter letter) {
        try {
            var _ = producer.send(letter.now().get(), (_, failure) -> {
                if (failure == null) {
                    letter.onceThere().run();
                } else {
                    sendAgain(letter, failure);
                }
            });
        } catch (KafkaException e) {
            sendAgain(letter, e);
        } catch (IllegalStateException e) {
            LOG.info("A dead letter is left to the next owner of its partition: {}", e.toString());
        }
    }

    private void sendAgain(Letter letter, Exception failure) {
        LOG.warn("A dead letter could not be sent, it will be sent again: {}", failure.toString());
        Letter next = failure instanceof RecordTooLargeException
                ? new Letter(letter.ifTooLarge(), letter.ifTooLarge(), letter.onceThere())
                : letter;
        afterPause.execute(() -> send(next));
    }
}
