package dev.parley.simulator.request;

/** The kinds of error the Messages API answers with, each with its HTTP status and its name on the wire. */
public enum ErrorType {
    INVALID_REQUEST(400, "invalid_request_error"),
    AUTHENTICATION(401, "authentication_error"),
    BILLING(402, "billing_error"),
    PERMISSION(403, "permission_error"),
    NOT_FOUND(404, "not_found_error"),
    METHOD_NOT_ALLOWED(405, "invalid_request_error"),
    REQUEST_TOO_LARGE(413, "request_too_large"),
    RATE_LIMIT(429, "rate_limit_error"),
    API(500, "api_error"),
    UNAVAILABLE(503, "api_error"),
    TIMEOUT(504, "timeout_error"),
    OVERLOADED(529, "overloaded_error");

    private final int status;
    private final String wireName;

    ErrorType(int status, String wireName) {
        this.status = status;
        this.wireName = wireName;
    }

    public int status() {
        return status;
    }

    public String wireName() {
        return wireName;
    }
}
