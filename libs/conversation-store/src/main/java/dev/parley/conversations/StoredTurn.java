package dev.parley.conversations;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.json.RawJson;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A stored request and its answer. Its JSON, written with {@link dev.parley.contracts.event.TurnCodec#MAPPER}, has the
 * property names of the turn event.
 *
 * @param user the user within the tenant
 * @param request the Messages API request, as on the log
 * @param message the assembled message, as received so far
 * @param costUsd the cost of all attempts, in US dollars
 * @param error the error that was delivered to the client; of a failed turn only
 * @param storedAt when the turn was written into the table
 */
public record StoredTurn(
        GenerationId generation,
        Type type,
        String user,
        String model,
        RawJson request,
        JsonNode message,
        Usage usage,
        BigDecimal costUsd,
        CacheVerdict cache,
        List<Attempt> attempts,
        StageTimings timings,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Turn.Failure> error,
        Instant receivedAt,
        Instant endedAt,
        Instant storedAt) {
    /**
     * Checks that no component is missing, because deserialized JSON may contain nulls.
     *
     * @throws NullPointerException with the name of the missing component
     */
    public StoredTurn {
        requireNonNull(generation, "generation");
        requireNonNull(user, "user");
        requireNonNull(model, "model");
        requireNonNull(request, "request");
        requireNonNull(message, "message");
        requireNonNull(usage, "usage");
        requireNonNull(costUsd, "cost_usd");
        requireNonNull(cache, "cache");
        requireNonNull(timings, "timings");
        requireNonNull(receivedAt, "received_at");
        requireNonNull(endedAt, "ended_at");
        attempts = List.copyOf(requireNonNull(attempts, "attempts"));
    }

    static StoredTurn of(Turn turn, Instant storedAt) {
        TurnFacts facts = requireNonNull(turn.facts(), "facts");
        return new StoredTurn(
                facts.generation(),
                Type.of(turn),
                facts.user(),
                facts.model(),
                facts.request(),
                turn.message(),
                facts.usage(),
                facts.costUsd(),
                facts.cache(),
                facts.attempts(),
                facts.timings(),
                turn instanceof ChatFailed failed
                        ? Optional.of(requireNonNull(failed.error(), "error"))
                        : Optional.empty(),
                facts.receivedAt(),
                facts.endedAt(),
                storedAt);
    }

    /** The result of a turn. */
    public enum Type {
        COMPLETED("completed"),
        FAILED("failed"),
        CANCELLED("cancelled");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        static Type of(Turn turn) {
            return switch (turn) {
                case ChatCompleted _ -> COMPLETED;
                case ChatFailed _ -> FAILED;
                case ChatCancelled _ -> CANCELLED;
            };
        }

        @JsonValue
        public String text() {
            return text;
        }
    }
}
