package dev.parley.inference.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.DeadLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts aside what cannot be processed. */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final Producer<byte[], byte[]> producer;

    public DeadLetters(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Sends the record to the dead letters; {@code onceThere} runs when the broker has it. */
    void send(ConsumerRecord<String, byte[]> unreadable, String reason, Runnable onceThere) {
        LOG.warn("Dead letter from {}-{}: {}", unreadable.partition(), unreadable.offset(), reason);
        byte[] key = unreadable.key() == null ? null : unreadable.key().getBytes(UTF_8);
        var letter = DeadLetter.of(
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                key,
                unreadable.value(),
                unreadable.headers(),
                reason);
        var _ = producer.send(letter, (metadata, exception) -> {
            if (exception == null) {
                onceThere.run();
            } else {
                LOG.error("A dead letter could not be sent; its record will come again", exception);
            }
        });
    }
}
