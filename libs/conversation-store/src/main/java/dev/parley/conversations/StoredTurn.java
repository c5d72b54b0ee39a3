package dev.parley.conversations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.json.RawJson;
import java.time.Instant;
import java.util.Optional;

/**
 * A stored request and its answer. Its JSON, written with {@link TurnCodec#MAPPER}, has the property names of the turn event.
 *
 * @param facts of which the JSON has what clients may know
 * @param message the assembled message, as received so far; not parsed, so that a turn takes the memory of its bytes
 * @param error the error that was delivered to the client; of a failed turn only
 * @param storedAt when the turn was written into the table
 */
public record StoredTurn(
        Type type,

        @JsonUnwrapped
        @JsonIncludeProperties({
            "generation",
            "user",
            "model",
            "escalates",
            "request",
            "usage",
            "cost_usd",
            "cache",
            "similar",
            "attempts",
            "timings",
            "received_at",
            "ended_at"
        })
        TurnFacts facts,

        RawJson message,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Turn.Failure> error,
        Instant storedAt) {
    public GenerationId generation() {
        return facts.generation();
    }

    public enum Type implements TextEnum {
        COMPLETED,
        FAILED,
        CANCELLED;

        /** The type of a turn by that of its event. */
        static Type of(String event) {
            return switch (event) {
                case TurnCodec.CHAT_COMPLETED -> COMPLETED;
                case TurnCodec.CHAT_FAILED -> FAILED;
                case TurnCodec.CHAT_CANCELLED -> CANCELLED;
                default -> throw new MalformedEventException("not a turn event known here: " + event);
            };
        }
    }
}
