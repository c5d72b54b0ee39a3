package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import tools.jackson.databind.JsonNode;

/** How a generation ended. Each has exactly one, self-contained: the question, the answer, and what it took. */
public sealed interface Turn {
    TurnFacts facts();

    /** The assembled message, as the Messages API shows it; without content if none had come. */
    JsonNode message();

    /** The answer is whole: Claude said {@code message_stop}. */
    record ChatCompleted(@JsonUnwrapped TurnFacts facts, JsonNode message) implements Turn {}

    /** There will be no more; {@code message} holds what the client was shown. */
    record ChatFailed(@JsonUnwrapped TurnFacts facts, JsonNode message, Failure error) implements Turn {}

    /** The client wanted no more; {@code message} holds what it was shown. */
    record ChatCancelled(@JsonUnwrapped TurnFacts facts, JsonNode message) implements Turn {}

    /**
     * What the client was told.
     *
     * @param status the HTTP status, or the one the error would have had before the first token
     * @param type the Messages API's error type, such as {@code overloaded_error}
     */
    record Failure(int status, String type, String message) {}
}
