package dev.parley.persistence.turn;

import dev.parley.contracts.event.Turn;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationActivity;
import dev.parley.conversations.EncodedTurn;
import java.time.Instant;

/**
 * A turn prepared for the table. Holds its JSON gzipped, so that a batch of large turns fits into memory.
 *
 * @param endedAt when the answer ended
 * @param traceparent the W3C trace context of its record
 */
public record ArrivedTurn(
        EncodedTurn encoded, ConversationActivity activity, TurnStages stages, Instant endedAt, String traceparent) {
    /**
     * Prepares a turn.
     *
     * @param type the event's {@code ce_type}
     * @param event the JSON that {@code turn} was decoded from
     */
    public static ArrivedTurn of(Turn turn, String type, byte[] event, String traceparent) {
        return new ArrivedTurn(
                EncodedTurn.of(turn, type, event),
                ConversationActivity.of(turn),
                TurnStages.of(turn.facts()),
                turn.facts().endedAt(),
                traceparent);
    }

    public GenerationId generation() {
        return encoded.generation();
    }
}
