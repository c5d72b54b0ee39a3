package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The result of a generation. Each generation has exactly one turn event, which is self-contained: request, answer, timings
 * and cost.
 */
public sealed interface Turn extends TurnsEvent {
    TurnFacts facts();

    /** The assembled message of the Messages API; without content if none arrived. */
    JsonNode message();

    /** The answer is complete: Claude sent {@code message_stop}. */
    record ChatCompleted(@JsonUnwrapped TurnFacts facts, JsonNode message) implements Turn {
        private static final Set<String> ENDED_WELL = Set.of("end_turn", "stop_sequence", "tool_use");

        /** Whether Claude said all that it had to say: the answer is no refusal, and not cut by a limit. */
        @JsonIgnore
        public boolean endedWell() {
            return ENDED_WELL.contains(message.path("stop_reason").stringValue(""));
        }
    }

    /** The generation failed; {@code message} is what was delivered to the client. */
    record ChatFailed(@JsonUnwrapped TurnFacts facts, JsonNode message, Failure error) implements Turn {}

    /** The client cancelled; {@code message} is what was delivered to it. */
    record ChatCancelled(@JsonUnwrapped TurnFacts facts, JsonNode message) implements Turn {}

    /**
     * The error that was delivered to the client.
     *
     * @param status the HTTP status, or the one that the error would have had before the first token
     * @param type the error type of the Messages API, such as {@code overloaded_error}
     */
    record Failure(int status, String type, String message) {}
}
