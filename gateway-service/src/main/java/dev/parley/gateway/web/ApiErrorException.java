package dev.parley.gateway.web;

import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.messages.ApiError;

/** Ends the handling of a request with an error response. */
final class ApiErrorException extends RuntimeException {
    private final transient ApiError error;
    private final String retryAfter;
    private final String param;
    private final String code;

    ApiErrorException(ApiError error) {
        this(error, "");
    }

    /** What is wrong with a request. */
    ApiErrorException(Rejected rejected) {
        this(rejected.error(), "", rejected.param(), rejected.code());
    }

    /**
     * An error that may pass.
     *
     * @param retryAfter for the header of that name, in seconds; empty for none
     */
    ApiErrorException(ApiError error, String retryAfter) {
        this(error, retryAfter, "", "");
    }

    private ApiErrorException(ApiError error, String retryAfter, String param, String code) {
        super(error.type());
        this.error = error;
        this.retryAfter = retryAfter;
        this.param = param;
        this.code = code;
    }

    ApiError error() {
        return error;
    }

    String retryAfter() {
        return retryAfter;
    }

    /** The parameter that is at fault, empty for none. */
    String param() {
        return param;
    }

    /** Why, in one word of OpenAI's; empty for none. */
    String code() {
        return code;
    }
}
