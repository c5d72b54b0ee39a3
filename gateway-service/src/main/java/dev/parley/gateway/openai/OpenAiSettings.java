package dev.parley.gateway.openai;

import dev.parley.contracts.Bounds;

/**
 * Settings of the translation of OpenAI's API.
 *
 * @param maxTokens {@code max_tokens} of requests without a limit, since the Messages API requires it
 * @param lenient whether parameters that Claude does not support are ignored with a warning, as Anthropic's own compatibility layer
 *     does; otherwise they are refused
 */
public record OpenAiSettings(int maxTokens, boolean lenient) {
    public OpenAiSettings {
        Bounds.atLeast("max-tokens", maxTokens, 1);
    }
}
