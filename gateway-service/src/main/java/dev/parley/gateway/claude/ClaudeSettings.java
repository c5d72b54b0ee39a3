package dev.parley.gateway.claude;

import dev.parley.contracts.Bounds;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Connection to Claude's token counting.
 *
 * @param baseUrl without {@code /v1}
 * @param apiKey sent as {@code x-api-key}, unless the file exists
 * @param apiKeyFile a file with the key, which is read again every 10 s
 * @param connectTimeout time limit of a connection, TLS included
 * @param callTimeout time limit of a whole call
 * @param callsMax concurrent calls; beyond it clients get 529
 * @param countsPerMinute calls per tenant, gateway and minute; beyond it clients get 429; at least 1
 */
public record ClaudeSettings(
        URI baseUrl,
        String apiKey,
        Path apiKeyFile,
        Duration connectTimeout,
        Duration callTimeout,
        int callsMax,
        int countsPerMinute) {
    public ClaudeSettings {
        Bounds.positive("connect-timeout", connectTimeout);
        Bounds.positive("call-timeout", callTimeout);
        Bounds.atLeast("calls-max", callsMax, 1);
        Bounds.atLeast("counts-per-minute", countsPerMinute, 1);
    }

    /** Omits the API key. */
    @Override
    public String toString() {
        return "ClaudeSettings[" + baseUrl + "]";
    }
}
