package dev.parley.contracts.id;

/** What the client of a generation reads. The log has Claude's events in any case; gateways translate. */
public enum AnswerFormat {
    /** Claude's own events, or its message. */
    MESSAGES(0),
    /** Chunks of OpenAI's chat completions, or the completion. */
    CHAT_COMPLETIONS(1),
    /** The same, with the token counts in a chunk of their own at the end. */
    CHAT_COMPLETIONS_WITH_USAGE(2);

    private final int code;

    AnswerFormat(int code) {
        this.code = code;
    }

    /** Its number within a generation id, from 0 to 3; never changes. */
    int code() {
        return code;
    }

    /** The format with a number; Claude's events if there is none. */
    static AnswerFormat of(int code) {
        for (AnswerFormat format : values()) {
            if (format.code == code) {
                return format;
            }
        }
        return MESSAGES;
    }
}
