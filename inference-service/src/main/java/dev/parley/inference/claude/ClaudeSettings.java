package dev.parley.inference.claude;

import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.contracts.Bounds;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The connection to Claude.
 *
 * @param baseUrl without {@code /v1}
 * @param apiKey sent as {@code x-api-key}, unless the file exists
 * @param apiKeyFile a file with the key, which is read again every 10 s
 * @param connectTimeout of a connection, and again of its TLS; a call may wait twice as long for one
 * @param warmUpInterval between requests that keep idle connections open
 * @param silenceMax after which a connection of HTTP/2 with calls is closed if nothing was read from it, not even the answer to a
 *     PING
 * @param streamsPerConnection concurrent calls on one connection; more open another
 * @param cleartextHttp2 whether a server at an {@code http} address is known to speak HTTP/2; with {@code https} the
 *     connection negotiates the version
 * @param breaker of each model
 */
public record ClaudeSettings(
        URI baseUrl,
        String apiKey,
        Path apiKeyFile,
        Duration connectTimeout,
        Duration warmUpInterval,
        Duration silenceMax,
        int streamsPerConnection,
        boolean cleartextHttp2,
        BreakerSettings breaker) {
    public ClaudeSettings {
        Bounds.positive("connect-timeout", connectTimeout);
        Bounds.positive("warm-up-interval", warmUpInterval);
        Bounds.positive("silence-max", silenceMax);
        Bounds.atLeast("streams-per-connection", streamsPerConnection, 1);
    }

    /** The same settings for another address, which speaks HTTP/1.1. */
    public ClaudeSettings at(URI address) {
        return new ClaudeSettings(
                address,
                apiKey,
                apiKeyFile,
                connectTimeout,
                warmUpInterval,
                silenceMax,
                streamsPerConnection,
                false,
                breaker);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ClaudeSettings[" + baseUrl + "]";
    }
}
