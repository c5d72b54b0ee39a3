package dev.parley.gateway.claude;

import java.net.URI;
import java.time.Duration;

/**
 * Where Claude counts tokens.
 *
 * @param baseUrl without {@code /v1}
 * @param apiKey sent as {@code x-api-key}
 * @param connectTimeout for a connection, TLS included
 * @param callTimeout for a whole call
 * @param callsMax calls at once; beyond it clients get 529
 */
public record ClaudeSettings(URI baseUrl, String apiKey, Duration connectTimeout, Duration callTimeout, int callsMax) {
    /** Without the key. */
    @Override
    public String toString() {
        return "ClaudeSettings[" + baseUrl + "]";
    }
}
