package dev.parley.contracts.model;

import dev.parley.contracts.TextEnum;

/** The least thinking that a model permits. Thinking counts towards {@code max_tokens} (platform.claude.com, "Thinking"). */
public enum LeastThinking implements TextEnum {
    /** None, without any parameter: it thinks only if a request asks for it. */
    ON_REQUEST,
    /** None, with the {@code thinking.type} of this name. */
    DISABLED,
    /** None before the answer and before the first tool, with the {@code thinking.type} of this name. */
    BETWEEN_TOOLS,
    /** It thinks before each answer; the {@code output_config.effort} {@code low} makes it short. */
    ALWAYS;

    /** Whether a {@code thinking.type} asks for as little as possible. Each model refuses those of others. */
    public static boolean isAskedBy(String type) {
        return type.equals(DISABLED.text()) || type.equals(BETWEEN_TOOLS.text());
    }

    /** The {@code thinking.type} with which the model thinks least. */
    public String thinkingType() {
        return switch (this) {
            case DISABLED, BETWEEN_TOOLS -> text();
            case ON_REQUEST -> DISABLED.text();
            case ALWAYS -> "adaptive";
        };
    }
}
