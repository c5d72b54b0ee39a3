package dev.parley.cache.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.DeadLetter;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts aside what cannot be processed. A letter that its topic finds too large is cut down. */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final RecordSender<byte[]> sender;

    public DeadLetters(RecordSender<byte[]> sender) {
        this.sender = sender;
    }

    /**
     * Sends a record to the dead letters of its topic, until the broker has it.
     *
     * @param reason no message text
     */
    CompletableFuture<Void> put(ConsumerRecord<String, byte[]> unreadable, String reason) {
        LOG.warn(
                "Dead letter from {}-{}@{}: {}",
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                reason);
        byte[] key = unreadable.key() == null ? null : unreadable.key().getBytes(UTF_8);
        return sender.sendUntilAcknowledged(() -> DeadLetter.of(
                        unreadable.topic(),
                        unreadable.partition(),
                        unreadable.offset(),
                        key,
                        unreadable.value(),
                        unreadable.headers(),
                        reason))
                .exceptionallyCompose(failure -> RecordSender.cause(failure) instanceof RecordTooLargeException
                        ? sender.sendUntilAcknowledged(() -> DeadLetter.cutDown(
                                unreadable.topic(),
                                unreadable.partition(),
                                unreadable.offset(),
                                key,
                                unreadable.value(),
                                unreadable.headers(),
                                reason))
                        : CompletableFuture.failedFuture(failure));
    }
}
