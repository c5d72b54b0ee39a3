package dev.parley.gateway.openai;

/**
 * Settings of the translation of OpenAI's API.
 *
 * @param maxTokens {@code max_tokens} of requests without a limit, since the Messages API requires it
 */
public record OpenAiSettings(int maxTokens) {}
