package dev.parley.localstack.stack;

import java.util.Map;

/** The API that the services call: Claude, another implementation of the Messages API, or the simulator. */
public sealed interface ClaudeAddress {
    String BASE_URL = "ANTHROPIC_BASE_URL";
    String API_KEY = "ANTHROPIC_API_KEY";

    /** The simulator, which is part of the system. */
    record Simulated() implements ClaudeAddress {}

    /** The Claude API. */
    record Anthropic(String apiKey) implements ClaudeAddress {}

    /** Another address with the Messages API; the key may be empty. */
    record Other(String baseUrl, String apiKey) implements ClaudeAddress {}

    /** An address takes precedence over a key, and a key over the simulator. */
    static ClaudeAddress from(Map<String, String> environment) {
        String baseUrl = environment.getOrDefault(BASE_URL, "").strip();
        String apiKey = environment.getOrDefault(API_KEY, "").strip();
        if (!baseUrl.isEmpty()) {
            return new Other(baseUrl, apiKey);
        }
        return apiKey.isEmpty() ? new Simulated() : new Anthropic(apiKey);
    }
}
