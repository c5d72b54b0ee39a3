package dev.parley.inference.claude;

import java.net.URI;
import java.time.Duration;

/**
 * Where Claude is, and how it is called.
 *
 * @param baseUrl without {@code /v1}
 * @param apiKey sent as {@code x-api-key}
 * @param connectTimeout for the connection, TLS included
 * @param warmUpInterval how often an idle connection is used, so that no request waits for a new one
 * @param streamsPerConnection calls at once on one connection; more open another
 * @param breaker when a model is spared
 */
public record ClaudeSettings(
        URI baseUrl,
        String apiKey,
        Duration connectTimeout,
        Duration warmUpInterval,
        int streamsPerConnection,
        BreakerSettings breaker) {
    /** The same for a Claude that needs no key. */
    public ClaudeSettings at(URI address) {
        return new ClaudeSettings(address, "none", connectTimeout, warmUpInterval, streamsPerConnection, breaker);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ClaudeSettings[" + baseUrl + "]";
    }
}
