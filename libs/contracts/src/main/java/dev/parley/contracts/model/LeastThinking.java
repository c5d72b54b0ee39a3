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
    ALWAYS
}
