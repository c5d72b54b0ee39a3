package dev.parley.inference.claude;

import java.net.URI;
import java.time.Duration;

/**
 * The connection to Claude.
 *
 * @param baseUrl without {@code /v1}
 * @param apiKey sent as {@code x-api-key}
 * @param connectTimeout including TLS
 * @param warmUpInterval between requests that keep idle connections open
 * @param streamsPerConnection concurrent calls on one connection; more open another
 * @param breaker of each model
 */
public record ClaudeSettings(
        URI baseUrl,
        String apiKey,
        Duration connectTimeout,
        Duration warmUpInterval,
        int streamsPerConnection,
        BreakerSettings breaker) {
    /** The same settings for another address, without the key. */
    public ClaudeSettings at(URI address) {
        return new ClaudeSettings(address, "none", connectTimeout, warmUpInterval, streamsPerConnection, breaker);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ClaudeSettings[" + baseUrl + "]";
    }
}
