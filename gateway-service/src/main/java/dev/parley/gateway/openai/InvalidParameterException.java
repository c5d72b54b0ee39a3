package dev.parley.gateway.openai;

import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.messages.ApiError;

/**
 * A parameter is invalid, or has no equivalent in the Messages API. Without a stack trace: a request may have many parameters
 * that are ignored.
 */
final class InvalidParameterException extends RuntimeException {
    private final transient Rejected rejected;

    /** The path of a parameter, OpenAI's error code, and the reason, which the client gets after the path. */
    InvalidParameterException(String param, String code, String reason) {
        super(param + ": " + reason, null, false, false);
        this.rejected = new Rejected(ApiError.invalidRequest(param + ": " + reason), param, code);
    }

    Rejected rejected() {
        return rejected;
    }
}
