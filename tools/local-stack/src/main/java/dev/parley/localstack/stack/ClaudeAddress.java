package dev.parley.localstack.stack;

import dev.parley.contracts.Sha256;
import java.util.Map;
import java.util.Optional;

/** The API that the services call: Claude, another implementation of the Messages API, or the simulator. */
public sealed interface ClaudeAddress {
    String BASE_URL = "ANTHROPIC_BASE_URL";
    String API_KEY = "ANTHROPIC_API_KEY";

    /** The key that processes have for the simulator. */
    String SIMULATED_KEY = "simulated";

    int HASH_DIGITS = 8;

    /** The simulator, which is part of the system. */
    record Simulated() implements ClaudeAddress {}

    record Anthropic(String apiKey) implements ClaudeAddress {}

    /** Another address with the Messages API; the key may be empty. */
    record Other(String baseUrl, String apiKey) implements ClaudeAddress {}

    /**
     * What a process with this environment calls, without the key: for its entry in the {@link StackFile}, and for people. Empty
     * if it does not call Claude.
     */
    static Optional<String> calledWith(Map<String, String> environment) {
        return switch (from(environment)) {
            case Simulated() -> Optional.empty();
            case Anthropic(String apiKey) -> Optional.of("the Claude API");
            case Other(String baseUrl, String apiKey) ->
                Optional.of(apiKey.equals(SIMULATED_KEY) ? "the simulator" : baseUrl);
        };
    }

    /**
     * Distinguishes the key of this environment from others, without revealing it: 8 hexadecimal digits of a hash.
     *
     * @param salt another for each process, so that equal keys are not seen to be equal
     */
    static String keyHash(Map<String, String> environment, String salt) {
        return Sha256.of(salt + environment.getOrDefault(API_KEY, "")).substring(0, HASH_DIGITS);
    }

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
