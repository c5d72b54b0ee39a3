package dev.parley.gateway.web;

import dev.parley.messages.ApiError;

/** Ends the handling of a request with an error response. */
final class ApiErrorException extends RuntimeException {
    private final transient ApiError error;
    private final String retryAfter;

    ApiErrorException(ApiError error) {
        this(error, "");
    }

    /**
     * An error that may pass.
     *
     * @param retryAfter for the header of that name, in seconds; empty for none
     */
    ApiErrorException(ApiError error, String retryAfter) {
        super(error.type());
        this.error = error;
        this.retryAfter = retryAfter;
    }

    ApiError error() {
        return error;
    }

    String retryAfter() {
        return retryAfter;
    }
}
