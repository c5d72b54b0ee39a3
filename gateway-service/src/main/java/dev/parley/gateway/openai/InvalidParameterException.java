package dev.parley.gateway.openai;

/** A parameter is invalid, or has no equivalent in the Messages API. */
final class InvalidParameterException extends RuntimeException {
    private final String param;
    private final String code;

    /**
     * Creates the exception for one parameter.
     *
     * @param param path of the parameter in the request
     * @param code OpenAI's error code
     * @param message the reason, shown to the client after the path
     */
    InvalidParameterException(String param, String code, String message) {
        super(param + ": " + message);
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
