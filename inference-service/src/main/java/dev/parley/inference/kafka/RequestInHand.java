package dev.parley.inference.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.FinishedTurn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request with the place it came from, which is finished when its turn is recorded. */
record RequestInHand(ChatRequested requested, OwnedPartition from, long offset) {
    private static final Logger LOG = LoggerFactory.getLogger(RequestInHand.class);

    GenerationId generation() {
        return requested.generation();
    }

    ConversationId conversation() {
        return requested.conversation();
    }

    int deltaPartition() {
        return requested.reply().partition();
    }

    /** Whether its turn is recorded for certain; see {@link TurnLog#record}. */
    boolean record(FinishedTurn finished, int mendsBefore) throws InterruptedException {
        boolean recorded = from.turns().record(finished, deltaPartition(), mendsBefore);
        if (recorded) {
            finished.whenRecorded().run();
            TurnFacts facts = finished.turn().facts();
            LOG.info(
                    "Recorded {} after {} attempts, with {} input and {} output tokens",
                    finished.turn().getClass().getSimpleName(),
                    facts.attempts().size(),
                    facts.usage().inputTokens(),
                    facts.usage().outputTokens());
        }
        return recorded;
    }

    /** How large the request is. */
    int bytes() {
        return requested.request().length;
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
