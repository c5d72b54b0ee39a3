package dev.parley.inference.kafka;

import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.id.GenerationId;

/** A request with the place it came from, which is finished when its turn is recorded. */
record RequestInHand(InferenceRequested inference, OwnedPartition from, long offset) {
    GenerationId generation() {
        return inference.requested().generation();
    }

    int deltaPartition() {
        return inference.requested().reply().partition();
    }

    /** How large the request is. */
    int bytes() {
        return inference.requested().request().length;
    }

    void finish() {
        from.watermark().finish(offset);
    }

    /** The trace id within a W3C traceparent: {@code version-traceid-spanid-flags}. */
    String traceId() {
        String[] parts = inference.requested().traceparent().split("-", 4);
        return parts.length == 4 ? parts[1] : "";
    }
}
