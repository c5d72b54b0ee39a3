package dev.parley.contracts.model;

import dev.parley.contracts.TextEnum;
import java.util.Optional;

/** The least thinking that a model permits. Thinking counts towards {@code max_tokens} (platform.claude.com, "Thinking"). */
public enum LeastThinking implements TextEnum {
    /** None, without any parameter: it thinks only if a request asks for it. */
    ON_REQUEST,
    /** The same, and it refuses {@code adaptive}: it thinks with a budget only. */
    WITH_BUDGET,
    /** None, with the {@code thinking.type} of this name. */
    DISABLED,
    /** None before the answer and before the first tool, with the {@code thinking.type} of this name. */
    BETWEEN_TOOLS,
    /** It thinks before each answer; the {@code output_config.effort} {@code low} makes it short. */
    ALWAYS;

    private static final String ADAPTIVE = "adaptive";

    /**
     * The {@code thinking.type} instead of one that the model may refuse; empty if it is left. One that asks for as little as
     * possible becomes that of this model.
     */
    public Optional<String> insteadOf(String type) {
        boolean asksForLeast = type.equals(DISABLED.text()) || type.equals(BETWEEN_TOOLS.text());
        return asksForLeast || (this == WITH_BUDGET && type.equals(ADAPTIVE))
                ? Optional.of(thinkingType())
                : Optional.empty();
    }

    /** The {@code thinking.type} with which the model thinks least. */
    private String thinkingType() {
        return switch (this) {
            case DISABLED, BETWEEN_TOOLS -> text();
            case ON_REQUEST, WITH_BUDGET -> DISABLED.text();
            case ALWAYS -> ADAPTIVE;
        };
    }
}
