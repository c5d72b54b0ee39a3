package dev.parley.conversations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A stored request and its answer. Its JSON, written with {@link dev.parley.contracts.event.TurnCodec#MAPPER}, has the
 * property names of the turn event.
 *
 * @param facts of which the JSON has what clients may know
 * @param message the assembled message, as received so far
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

        JsonNode message,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Turn.Failure> error,
        Instant storedAt) {
    public static StoredTurn of(Turn turn, Instant storedAt) {
        return new StoredTurn(
                Type.of(turn),
                turn.facts(),
                turn.message(),
                turn instanceof ChatFailed failed ? Optional.of(failed.error()) : Optional.empty(),
                storedAt);
    }

    public GenerationId generation() {
        return facts.generation();
    }

    public enum Type implements TextEnum {
        COMPLETED,
        FAILED,
        CANCELLED;

        static Type of(Turn turn) {
            return switch (turn) {
                case ChatCompleted _ -> COMPLETED;
                case ChatFailed _ -> FAILED;
                case ChatCancelled _ -> CANCELLED;
            };
        }
    }
}
