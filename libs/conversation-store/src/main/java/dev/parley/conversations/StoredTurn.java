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
 * One question and its answer. Written as JSON with {@link dev.parley.contracts.event.TurnCodec#MAPPER}, its names are
 * those of the turn event.
 *
 * @param user who asked, within the tenant
 * @param request the Messages API request, as it is on the log
 * @param message the assembled message, as far as it came
 * @param costUsd what it cost in all attempts, in US dollars
 * @param error what the client was told, of a failed turn only
 * @param storedAt when it was written into the table
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
     * Checks that nothing is missing, which the types of what was read from JSON do not.
     *
     * @throws NullPointerException with the name of what is missing
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

    /** How a turn ended. */
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
