package dev.parley.gateway.openai;

/**
 * A parameter is invalid, or has no equivalent in the Messages API. Without a stack trace: a request may have many parameters
 * that are ignored.
 */
final class InvalidParameterException extends RuntimeException {
    private final String param;
    private final String code;

    /** The path of a parameter, OpenAI's error code, and the reason, which the client gets after the path. */
    InvalidParameterException(String param, String code, String message) {
        super(param + ": " + message, null, false, false);
        this.param = param;
        this.code = code;
    }

    String param() {
        return param;
    }

    String code() {
        return code;
    }
}
