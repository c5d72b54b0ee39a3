package dev.parley.cache.kafka;

import dev.parley.cache.request.Treatment.Forward;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.event.RequestCodec;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Passes requests on to inference-service. */
public final class InferencePublisher {
    private final RecordSender<String> sender;

    public InferencePublisher(RecordSender<String> sender) {
        this.sender = sender;
    }

    /** Sends until the broker has it, see {@link RecordSender#sendUntilAcknowledged}. */
    CompletableFuture<Void> publish(ChatRequested requested, Forward forward, Instant decidedAt) {
        InferenceRequested event = new InferenceRequested(requested, forward.verdict(), decidedAt, forward.doubtful());
        return sender.sendUntilAcknowledged(() -> RequestCodec.encode(event));
    }
}
