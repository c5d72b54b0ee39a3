package dev.parley.gateway.answer;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.GenerationId;
import dev.parley.messages.ApiError;
import java.util.Optional;

/** How an answer begins; determines the response status. */
public sealed interface Opening {
    /**
     * The first events have arrived: status 200.
     *
     * @param answeredBy the model, if the request named an alias
     * @param similar why the answer to a similar question was reused or not; empty if that was not considered
     */
    record Begun(CacheVerdict cache, Optional<AnsweredBy> answeredBy, Optional<SimilarCheck> similar)
            implements Opening {
        public Begun(CacheVerdict cache) {
            this(cache, Optional.empty(), Optional.empty());
        }

        static Begun of(Frames first) {
            return new Begun(first.cache(), first.answeredBy(), first.similar());
        }
    }

    /**
     * The answer failed before its first event.
     *
     * @param retryAfter value of the {@code retry-after} header, empty for none
     * @param noRetry whether Claude forbids a retry, or one is in vain
     * @param body a Messages API error body in UTF-8
     */
    record Refused(
            int status,
            String retryAfter,
            boolean noRetry,
            @SuppressWarnings("ArrayRecordComponent") byte[] body) implements Opening {
        /** An error of Parley. */
        static Refused of(ApiError error, String retryAfter, GenerationId generation) {
            return new Refused(error.status(), retryAfter, false, error.body(generation.value()));
        }

        static Refused of(Failed failed) {
            return new Refused(failed.status(), failed.retryAfter(), failed.noRetry(), failed.body());
        }

        public ApiError error() {
            return ApiError.parse(status, body);
        }

        /** Whether a retry may succeed: else SDKs repeat the request, each time as a new generation. */
        public boolean isWorthRetrying() {
            return !noRetry && !error().isSpendLimit(retryAfter);
        }

        /** Whether a budget is spent: a limit that no pause resets, at Anthropic or at another gateway before it. */
        public boolean isSpent() {
            return isSpent(status, isWorthRetrying());
        }

        /** The same of an error with this status. */
        public static boolean isSpent(int status, boolean worthRetrying) {
            return status == 429 && !worthRetrying;
        }
    }
}
