package dev.parley.simulator.request;

import dev.parley.simulator.request.ApiError.ErrorType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a directive can make go wrong. Its name in directives is the constant's in lower case. */
public enum Fault {
    NONE,

    // Error responses.
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
    /** With {@code x-should-retry: false}. */
    SPEND_LIMIT(
            ErrorType.RATE_LIMIT,
            "You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC."),
    API_ERROR(ErrorType.API, "Internal server error"),
    UNAVAILABLE(ErrorType.UNAVAILABLE, "Service temporarily unavailable"),
    GATEWAY_TIMEOUT(ErrorType.TIMEOUT, "Request timed out"),
    OVERLOADED(ErrorType.OVERLOADED, "Overloaded"),
    /** Only for requests that end in an assistant message. */
    PREFILL_REFUSED(ErrorType.INVALID_REQUEST, MessagesRequestReader.PREFILL_REFUSED),
    /** A proxy's 502 in HTML. */
    BAD_GATEWAY,

    // Faults of the connection or of the stream.
    /** A reset, of the stream only under HTTP/2. Before the head, unless the directives say after how many tokens. */
    RESET,
    /** The same for the whole connection. */
    RESET_CONNECTION,
    /** The connection is closed after some tokens, before the end of the body. */
    CLOSE,
    /** Nothing is sent, not even a head. */
    NO_ANSWER,
    /** The body ends without an error after some tokens. */
    CUT,
    /** Nothing more is sent after some tokens. */
    STALL,
    /** After some tokens one frame is not JSON; the stream continues. */
    MALFORMED,
    /** Every byte is sent by itself. */
    SPLIT,
    /** Lines end in CRLF. */
    CRLF,
    /** The last event is missing. */
    NO_MESSAGE_STOP,
    /** An {@code error} event after some tokens ends the stream. */
    ERROR,
    /** Events, deltas and blocks of types that the API does not have yet. */
    UNKNOWN;

    private final @Nullable ErrorType type;
    private final String message;

    Fault() {
        this.type = null;
        this.message = "";
    }

    Fault(ErrorType type, String message) {
        this.type = type;
        this.message = message;
    }

    /** The error that is sent instead of an answer, for faults that are one. */
    public Optional<ApiError> error() {
        return Optional.ofNullable(type).map(errorType -> new ApiError(errorType, message));
    }
}
