package dev.parley.simulator.request;

/** What is wrong, as the Messages API says it. */
public record ApiError(ErrorType type, String message) {
    public static ApiError invalid(String message) {
        return new ApiError(ErrorType.INVALID_REQUEST, message);
    }
}
