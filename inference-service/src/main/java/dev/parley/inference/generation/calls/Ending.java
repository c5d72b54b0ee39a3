package dev.parley.inference.generation.calls;

import dev.parley.inference.generation.calls.Claude.ShouldRetry;
import dev.parley.messages.ApiError;

/** The end of a call to Claude, or of the whole generation. */
public sealed interface Ending {
    /** Claude sent {@code message_stop}. */
    record Completed() implements Ending {}

    /**
     * Claude refused before the first token.
     *
     * @param status Claude's status, 0 without a response
     * @param retryAfter Claude's {@code retry-after}, empty if it sent none
     * @param shouldRetry what Claude or the circuit breaker says of a retry
     */
    record Refused(int status, String retryAfter, ApiError error, ShouldRetry shouldRetry) implements Ending {
        public Refused(int status, String retryAfter, ApiError error, boolean noRetry) {
            this(status, retryAfter, error, noRetry ? ShouldRetry.NO : ShouldRetry.BY_STATUS);
        }

        public boolean noRetry() {
            return shouldRetry == ShouldRetry.NO;
        }

        /** Whether the client must not retry either: Claude has forbidden it, and not this service for a moment. */
        public boolean forbidsClient() {
            return noRetry() && status != 0;
        }
    }

    /**
     * The answer was interrupted after its first event.
     *
     * @param noRetry whether the client must not retry, as after a limit of length or time that the next answer exceeds too
     */
    record Broken(ApiError error, boolean noRetry) implements Ending {
        public Broken(ApiError error) {
            this(error, false);
        }
    }

    record Cancelled() implements Ending {
        /** Not in the HTTP standard; servers log it for a client that disconnected. */
        public static final int STATUS = 499;

        public static ApiError error() {
            return ApiError.of(STATUS, "The answer was cancelled.");
        }
    }
}
