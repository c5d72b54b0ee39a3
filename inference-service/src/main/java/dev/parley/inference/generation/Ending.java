package dev.parley.inference.generation;

import dev.parley.messages.ApiError;

/** How one call to Claude ended, or the whole generation. */
public sealed interface Ending {
    /** Claude said {@code message_stop}. */
    record Whole() implements Ending {}

    /**
     * Claude refused before the first token.
     *
     * @param status Claude's status, 0 if it did not answer
     * @param retryAfter Claude's {@code retry-after}, empty if it sent none
     * @param finalWord whether Claude, or the breaker before it, forbids to try again
     */
    record Refused(int status, String retryAfter, ApiError error, boolean finalWord) implements Ending {}

    /** The answer broke off after it had begun. */
    record Broken(ApiError error) implements Ending {}

    /** The client wants no more. */
    record Cancelled() implements Ending {
        /** Not one of HTTP's: what servers note when the client has gone. */
        public static final int STATUS = 499;

        static ApiError error() {
            return ApiError.of(STATUS, "The answer was cancelled.");
        }
    }
}
