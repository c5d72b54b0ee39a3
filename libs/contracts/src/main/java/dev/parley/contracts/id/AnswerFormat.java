package dev.parley.contracts.id;

import java.util.Arrays;

/** The format in which the client reads an answer. The log has Claude's events in any case; the gateway translates. */
public enum AnswerFormat {
    /** The events of the Messages API, or its message. */
    MESSAGES(0),
    /** The chunks of OpenAI's chat completions, or the completion. */
    CHAT_COMPLETIONS(1),
    /** As {@link #CHAT_COMPLETIONS}, with the token counts in an additional chunk at the end. */
    CHAT_COMPLETIONS_WITH_USAGE(2);

    private final int code;

    AnswerFormat(int code) {
        this.code = code;
    }

    /** The number in a generation id, from 0 to 3; never changes. */
    int code() {
        return code;
    }

    /** The format with a number; {@link #MESSAGES} if the number is unknown. */
    static AnswerFormat of(int code) {
        return Arrays.stream(values())
                .filter(format -> format.code == code)
                .findFirst()
                .orElse(MESSAGES);
    }
}
