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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts aside what cannot be processed: tries once a second, as long as the process lives, until the broker has it. */
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
        LOG.warn("Dead letter from {}-{}: {}", unreadable.partition(), unreadable.offset(), reason);
        byte[] key = unreadable.key() == null ? null : unreadable.key().getBytes(UTF_8);
        send(
                () -> DeadLetter.of(
                        unreadable.topic(),
                        unreadable.partition(),
                        unreadable.offset(),
                        key,
                        unreadable.value(),
                        unreadable.headers(),
                        reason),
                onceThere);
    }

    private void send(Supplier<ProducerRecord<byte[], byte[]>> letter, Runnable onceThere) {
        var _ = producer.send(letter.get(), (_, exception) -> {
            if (exception == null) {
                onceThere.run();
            } else {
                LOG.warn("A dead letter could not be sent, it will be sent again: {}", exception.toString());
                afterPause.execute(() -> send(letter, onceThere));
            }
        });
    }
}
