package dev.parley.gateway.kafka;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.eventlog.RecordSender;
import dev.parley.eventlog.deletion.Deletions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes the events of clients. May block for metadata, so not for an event loop. A returned future completes when all in-sync
 * replicas have the event, and fails after the publish timeout.
 */
public final class EventPublisher {
    private final RecordSender log;

    public EventPublisher(RecordSender log) {
        this.log = log;
    }

    /**
     * Publishes a deletion on {@code chat.turns}, and then on {@code chat.deletions}. If it were on the latter only, lists would omit
     * the conversation for a day, also with later turns, because the table would never show the deletion.
     *
     * <p>The future completes {@link Deletions#RESPONSE_DELAY} after that.
     *
     * @param executor sends the second event, which may block
     */
    public CompletableFuture<Void> publish(ConversationDeleted event, Executor executor) {
        return publish(ChangeCodec.encode(event))
                .thenComposeAsync(_ -> publish(ChangeCodec.encodeDeletion(event)), executor)
                .thenRunAsync(
                        () -> {},
                        CompletableFuture.delayedExecutor(
                                Deletions.RESPONSE_DELAY.toMillis(), TimeUnit.MILLISECONDS, executor));
    }

    /** An event as its codec encodes it. */
    public CompletableFuture<Void> publish(ProducerRecord<String, byte[]> event) {
        return log.sent(event);
    }
}
