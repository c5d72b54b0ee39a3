package dev.parley.conversations;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.SimilarCheck;
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
 * @param escalates the earlier answer that did not suffice, because of which the stronger model was to answer
 * @param costUsd the cost of all attempts, in US dollars; empty if it is unknown
 * @param similar why the answer to a similar question was reused or not; empty if that was not considered
 * @param error the error that was delivered to the client; of a failed turn only
 * @param storedAt when the turn was written into the table
 */
public record StoredTurn(
        GenerationId generation,
        Type type,
        String user,
        String model,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<GenerationId> escalates,
        RawJson request,
        JsonNode message,
        Usage usage,
        Optional<BigDecimal> costUsd,
        CacheVerdict cache,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimilarCheck> similar,
        List<Attempt> attempts,
        StageTimings timings,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Turn.Failure> error,
        Instant receivedAt,
        Instant endedAt,
        Instant storedAt) {
    public StoredTurn {
        attempts = List.copyOf(attempts);
    }

    public static StoredTurn of(Turn turn, Instant storedAt) {
        TurnFacts facts = turn.facts();
        return new StoredTurn(
                facts.generation(),
                Type.of(turn),
                facts.user(),
                facts.model(),
                facts.escalates(),
                facts.request(),
                turn.message(),
                facts.usage(),
                facts.costUsd(),
                facts.cache(),
                facts.similar(),
                facts.attempts(),
                facts.timings(),
                turn instanceof ChatFailed failed ? Optional.of(failed.error()) : Optional.empty(),
                facts.receivedAt(),
                facts.endedAt(),
                storedAt);
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
