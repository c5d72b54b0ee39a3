package dev.parley.persistence.turn;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationActivity;
import dev.parley.conversations.EncodedTurn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A turn prepared for the table. Holds its JSON gzipped, so that a batch of large turns fits into memory.
 *
 * @param attempts the calls to Claude
 * @param failure the error that was delivered to the client; empty unless the turn failed
 * @param receivedAt when the gateway received the request
 * @param endedAt when the answer ended
 * @param traceparent the W3C trace context of its record
 */
public record PreparedTurn(
        EncodedTurn encoded,
        ConversationActivity activity,
        StageTimings timings,
        List<Attempt> attempts,
        Optional<Failure> failure,
        Instant receivedAt,
        Instant endedAt,
        String traceparent) {
    public PreparedTurn {
        attempts = List.copyOf(attempts);
    }

    /**
     * Prepares a turn.
     *
     * @param event the JSON that {@code turn} was decoded from
     */
    public static PreparedTurn of(Turn turn, byte[] event, String traceparent) {
        TurnFacts facts = turn.facts();
        return new PreparedTurn(
                EncodedTurn.of(turn, event),
                ConversationActivity.of(facts),
                facts.timings(),
                facts.attempts(),
                turn instanceof ChatFailed failed ? Optional.of(failed.error()) : Optional.empty(),
                facts.receivedAt(),
                facts.endedAt(),
                traceparent);
    }

    public GenerationId generation() {
        return encoded.generation();
    }
}
