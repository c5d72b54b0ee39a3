package dev.parley.cache.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.cache.request.Treatment.Forward;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.event.RequestCodec;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Passes requests on to inference-service. */
public final class InferencePublisher {
    /**
     * Says that somebody may have begun to serve the request already: it must be judged by the log before Claude is
     * asked. A CloudEvents extension attribute, present only if so.
     */
    static final String DOUBTFUL = "ce_doubtful";

    private final RecordSender<String> sender;

    public InferencePublisher(RecordSender<String> sender) {
        this.sender = sender;
    }

    /** Sends until the broker has it, see {@link RecordSender#sendUntilAcknowledged}. */
    CompletableFuture<Void> publish(ChatRequested requested, Forward forward, Instant decidedAt) {
        InferenceRequested event = new InferenceRequested(requested, forward.verdict(), decidedAt);
        return sender.sendUntilAcknowledged(() -> {
            ProducerRecord<String, byte[]> encoded = RequestCodec.encode(event);
            if (forward.doubtful()) {
                encoded.headers().add(DOUBTFUL, "true".getBytes(US_ASCII));
            }
            return encoded;
        });
    }
}
