package dev.parley.localstack.stack;

import java.util.Map;

/** Who answers: Claude, something that speaks like Claude, or the simulator. */
public sealed interface ClaudeAddress {
    String BASE_URL = "ANTHROPIC_BASE_URL";
    String API_KEY = "ANTHROPIC_API_KEY";

    /** The simulator, started with the other parts. */
    record Simulated() implements ClaudeAddress {}

    /** The Claude API. */
    record Anthropic(String apiKey) implements ClaudeAddress {}

    /** Another address that speaks the Messages API, with a key if one is set. */
    record Other(String baseUrl, String apiKey) implements ClaudeAddress {}

    /** An address goes before a key, and a key before the simulator. */
    static ClaudeAddress from(Map<String, String> environment) {
        String baseUrl = environment.getOrDefault(BASE_URL, "").strip();
        String apiKey = environment.getOrDefault(API_KEY, "").strip();
        if (!baseUrl.isEmpty()) {
            return new Other(baseUrl, apiKey);
        }
        return apiKey.isEmpty() ? new Simulated() : new Anthropic(apiKey);
    }
}
