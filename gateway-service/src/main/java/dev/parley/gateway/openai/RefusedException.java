package dev.parley.gateway.openai;

/** Ends the translation of a request that cannot be put in Claude's words. */
final class RefusedException extends RuntimeException {
    private final String param;
    private final String code;

    /**
     * Refuses a parameter.
     *
     * @param param its path in the request
     * @param code why, in one word of OpenAI's
     * @param message why, for a person
     */
    RefusedException(String param, String code, String message) {
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
