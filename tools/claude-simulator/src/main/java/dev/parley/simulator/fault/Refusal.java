package dev.parley.simulator.fault;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.ErrorType;
import dev.parley.simulator.request.RequestReader;
import java.util.Locale;
import java.util.Map;

/** An answer with an HTTP status that says no. */
public enum Refusal implements Fault {
    INVALID_REQUEST(ErrorType.INVALID_REQUEST, "messages: simulated invalid request"),
    AUTHENTICATION(ErrorType.AUTHENTICATION, "invalid x-api-key"),
    BILLING(ErrorType.BILLING, "Your credit balance is too low to access the API."),
    PERMISSION(ErrorType.PERMISSION, "Your API key does not have permission to use the specified resource."),
    NOT_FOUND(ErrorType.NOT_FOUND, "model: simulated-not-found"),
    TOO_LARGE(ErrorType.REQUEST_TOO_LARGE, "Request exceeds the maximum size"),
    /** With a {@code retry-after} of one second. */
    RATE_LIMIT(
            ErrorType.RATE_LIMIT,
            "This request would exceed your organization's rate limit of 50 requests per minute."),
    RATE_LIMIT_WITHOUT_RETRY_AFTER(
            ErrorType.RATE_LIMIT,
            "This request would exceed your organization's rate limit of 50 requests per minute."),
    /** Not to be retried. */
    SPEND_LIMIT(
            ErrorType.RATE_LIMIT,
            "You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC."),
    API_ERROR(ErrorType.API, "Internal server error"),
    UNAVAILABLE(ErrorType.UNAVAILABLE, "Service temporarily unavailable"),
    GATEWAY_TIMEOUT(ErrorType.TIMEOUT, "Request timed out"),
    OVERLOADED(ErrorType.OVERLOADED, "Overloaded"),
    /** Only for requests that end in an assistant message. */
    PREFILL_REFUSED(ErrorType.INVALID_REQUEST, RequestReader.PREFILL_REFUSED);

    private final ErrorType type;
    private final String message;

    Refusal(ErrorType type, String message) {
        this.type = type;
        this.message = message;
    }

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    ApiError error() {
        return new ApiError(type, message);
    }

    Map<String, String> headers() {
        if (this == RATE_LIMIT) {
            return Map.of("retry-after", "1");
        }
        return this == SPEND_LIMIT ? Map.of("x-should-retry", "false") : Map.of();
    }
}
