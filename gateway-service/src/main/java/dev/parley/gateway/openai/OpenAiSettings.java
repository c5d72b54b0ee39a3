package dev.parley.gateway.openai;

/**
 * How OpenAI's API is translated.
 *
 * @param maxTokens how long an answer may become whose request does not say, in tokens: Claude has to be told
 */
public record OpenAiSettings(int maxTokens) {}
