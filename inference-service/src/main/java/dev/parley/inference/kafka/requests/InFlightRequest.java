package dev.parley.inference.kafka.requests;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.TraceParent;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request and its place on the topic. Finished when its turn is on the log. */
public record InFlightRequest(ChatRequested requested, OwnedPartition from, long offset) {
    private static final Logger LOG = LoggerFactory.getLogger(InFlightRequest.class);

    /** Of an object and its array of bytes, in a list. */
    private static final int STRING_BYTES = 56;

    public GenerationId generation() {
        return requested.generation();
    }

    /** Whether this replica still owns the partition of the request. */
    public boolean isOwned() {
        return from.turns().isOpen();
    }

    /** The partition of {@code chat.deltas} with the answer. */
    public TopicPartition deltas() {
        return new TopicPartition(Topics.DELTAS.name(), requested.reply().partition());
    }

    /**
     * Records the turn; false if it is unknown whether it is on the log. See
     * {@link dev.parley.inference.kafka.partitions.TurnLog#record}.
     */
    boolean record(FinishedTurn finished, int repairsBefore) throws InterruptedException {
        // What is needed afterwards: the answer need not stay in memory until its transaction is committed.
        String type = finished.turn().getClass().getSimpleName();
        TurnFacts facts = finished.turn().facts();
        Runnable whenRecorded = finished.whenRecorded();
        boolean recorded = from.turns().record(finished, deltas().partition(), repairsBefore);
        if (recorded) {
            whenRecorded.run();
            LOG.info(
                    "Recorded {} after {} attempts, with {} input and {} output tokens",
                    type,
                    facts.attempts().size(),
                    facts.usage().promptTokens(),
                    facts.usage().outputTokens());
        }
        return recorded;
    }

    /** The heap taken by the client's request, and by those headers of the event that may be as large. */
    public int bytes() {
        return requested.request().length
                + requested.anthropicBeta().length()
                + requested.permittedModels().prefixes().stream()
                        .mapToInt(prefix -> STRING_BYTES + prefix.length())
                        .sum();
    }

    void finish() {
        from.watermark().finish(offset);
    }

    String traceId() {
        return TraceParent.traceId(requested.traceparent());
    }
}
