package dev.parley.gateway.web.response;

import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.openai.OpenAiError;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/** Ends the handling of a request with an error response. */
public final class ApiErrorException extends RuntimeException {
    /** Where an error comes from. */
    enum Source {
        GATEWAY,
        /** The gateway, because the key has its share of a pool. */
        SHARE,
        /** The error of an answer or of Claude. */
        PASSED_ON
    }

    /**
     * The error response.
     *
     * @param retryAfter the header of that name, in seconds; empty for none
     * @param param path of the invalid parameter, empty for none
     * @param code OpenAI's error code, empty to derive it from the error
     * @param limits what the key has left
     * @param worthRetrying false tells SDKs not to retry
     */
    public record Response(
            ApiError error,
            String retryAfter,
            String param,
            String code,
            RateLimits limits,
            boolean worthRetrying,
            Source source) {
        /** That of an answer, which is passed on. */
        public static Response of(Opening.Refused refused) {
            String code = refused.isSpent() ? OpenAiError.SPENT : "";
            return new Response(
                    refused.error(),
                    refused.retryAfter(),
                    "",
                    code,
                    RateLimits.NONE,
                    refused.isWorthRetrying(),
                    Source.PASSED_ON);
        }

        /**
         * Sets the headers that tell when to ask again, or not to. A spent budget has no time: clients that do not know {@code
         * x-should-retry} would wait until the end of the day or month.
         */
        public void setRetryHeaders(HttpHeaders headers) {
            if (!retryAfter.isEmpty() && !Opening.Refused.isSpent(error.status(), worthRetrying)) {
                headers.set("retry-after", retryAfter);
            }
            if (!worthRetrying) {
                headers.set(HeaderNames.SHOULD_RETRY, "false");
            }
        }
    }

    private final transient Response response;

    private ApiErrorException(Response response) {
        super(response.error().type());
        this.response = response;
    }

    public ApiErrorException(ApiError error) {
        this(error, "");
    }

    /** An error with the type of its status. */
    public ApiErrorException(int status, String message) {
        this(status, message, "");
    }

    /** A temporary error with the type of its status; {@code retryAfter} is the header of that name, in seconds. */
    public ApiErrorException(int status, String message, String retryAfter) {
        this(ApiError.of(status, message), retryAfter);
    }

    /** A temporary error; {@code retryAfter} is the header of that name, in seconds, empty for none. */
    public ApiErrorException(ApiError error, String retryAfter) {
        this(new Response(error, retryAfter, "", "", RateLimits.NONE, true, Source.GATEWAY));
    }

    /** The error of a request that its parser has rejected. */
    public ApiErrorException(Rejected rejected) {
        this(new Response(
                rejected.error(), "", rejected.param(), rejected.code(), RateLimits.NONE, true, Source.GATEWAY));
    }

    /** The error of an answer, which is passed on. */
    public ApiErrorException(Opening.Refused refused) {
        this(Response.of(refused));
    }

    /** An error of Claude, which is passed on; {@code worthRetrying} false tells SDKs not to retry. */
    public ApiErrorException(ApiError error, String retryAfter, boolean worthRetrying) {
        this(new Response(error, retryAfter, "", "", RateLimits.NONE, worthRetrying, Source.PASSED_ON));
    }

    /** A limit that is exceeded, and what the key has left. A spent budget is not worth retrying. */
    public ApiErrorException(ApiError error, String retryAfter, RateLimits limits, boolean budgetSpent) {
        String code = budgetSpent ? OpenAiError.SPENT : "rate_limit_exceeded";
        this(new Response(error, retryAfter, "", code, limits, !budgetSpent, Source.GATEWAY));
    }

    /** The error of a request that the client has to correct. */
    public static ApiErrorException invalidRequest(String message) {
        return new ApiErrorException(ApiError.invalidRequest(message));
    }

    /** The same error as Claude's for an unknown model, which clients handle. */
    public static ApiErrorException unknownModel(String model) {
        return new ApiErrorException(404, "model: " + model);
    }

    /** The error of a key that has its share of a pool; {@code full} names the pool. */
    public static ApiErrorException shareUsed(String full, String retryAfter) {
        ApiError error = ApiError.of(429, "This key has its share of what all keys have together. " + full);
        return new ApiErrorException(new Response(error, retryAfter, "", "", RateLimits.NONE, true, Source.SHARE));
    }

    /** The error for what has no room to wait for its reader. */
    public static ApiErrorException crowded() {
        return new ApiErrorException(OpenAnswer.CROWDED, "1");
    }

    /** The error while Kafka does not respond. */
    public static ApiErrorException logUnreachable() {
        return new ApiErrorException(503, "The log cannot be reached.", "1");
    }

    /** Throws the error of a client that has to wait, with the time in whole seconds, rounded up; empty if it need not. */
    public static void refuseFor(Optional<Duration> wait, String message) {
        wait.ifPresent(time -> {
            throw new ApiErrorException(429, message, Long.toString(time.toSeconds() + 1));
        });
    }

    public Response response() {
        return response;
    }

    public ApiError error() {
        return response.error();
    }
}
