package dev.parley.gateway.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** Puts requests on {@code chat.requests}. */
public final class RequestPublisher {
    private final Producer<String, byte[]> producer;

    public RequestPublisher(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Hands the request to Kafka; may block for metadata, so not for an event loop.
     *
     * @return completes when all in-sync replicas have it, fails if they do not within the publish timeout
     */
    public CompletableFuture<Void> publish(ChatRequested event) {
        CompletableFuture<Void> onTheLog = new CompletableFuture<>();
        try {
            var _ = producer.send(RequestCodec.encode(event), (_, failure) -> {
                if (failure == null) {
                    onTheLog.complete(null);
                } else {
                    onTheLog.completeExceptionally(failure);
                }
            });
        } catch (KafkaException e) {
            onTheLog.completeExceptionally(e);
        }
        return onTheLog;
    }
}
