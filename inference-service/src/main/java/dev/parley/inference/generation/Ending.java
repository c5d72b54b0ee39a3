package dev.parley.inference.generation;

import dev.parley.messages.ApiError;

/** How one attempt ended. */
public sealed interface Ending {
    /** Claude said {@code message_stop}. */
    record Whole() implements Ending {}

    /**
     * Claude refused before the first token.
     *
     * @param status Claude's status, 0 if it did not answer
     */
    record Refused(int status, String retryAfter, ApiError error) implements Ending {}

    /** The answer broke off after it had begun, or never began. */
    record Broken(ApiError error) implements Ending {}
}
