package dev.parley.simulator.request;

/** An error as the Messages API reports it. */
public record ApiError(ErrorType type, String message) {

    /** The error types of the Messages API, each with its HTTP status and its name in JSON. */
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
        private final String text;

        ErrorType(int status, String text) {
            this.status = status;
            this.text = text;
        }

        public int status() {
            return status;
        }

        public String text() {
            return text;
        }
    }

    public static ApiError invalid(String message) {
        return new ApiError(ErrorType.INVALID_REQUEST, message);
    }
}
