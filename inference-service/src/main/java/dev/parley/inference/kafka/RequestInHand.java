package dev.parley.inference.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.GenerationId;

/** A request with the place it came from, which is finished when its turn is recorded. */
record RequestInHand(ChatRequested requested, OwnedPartition from, long offset) {
    GenerationId generation() {
        return requested.generation();
    }

    int deltaPartition() {
        return requested.reply().partition();
    }

    void finish() {
        from.watermark().finish(offset);
    }

    /** The trace id within a W3C traceparent: {@code version-traceid-spanid-flags}. */
    String traceId() {
        String[] parts = requested.traceparent().split("-", 4);
        return parts.length == 4 ? parts[1] : "";
    }
}
