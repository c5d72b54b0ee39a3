package dev.parley.eventlog;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Sends a record as {@link Producer#send(ProducerRecord, Callback)} does: it may block for metadata. */
@FunctionalInterface
public interface RecordSender {
    Future<RecordMetadata> send(ProducerRecord<String, byte[]> event, Callback callback);

    /** Completes when the brokers have acknowledged the record, and fails as the producer does, which throws some failures. */
    default CompletableFuture<Void> sent(ProducerRecord<String, byte[]> event) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try {
            var _ = send(event, (_, failure) -> {
                if (failure == null) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(failure);
                }
            });
        } catch (KafkaException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }
}
