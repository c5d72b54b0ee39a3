package dev.parley.answercache.redis;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * The connection to Redis.
 *
 * @param url {@code redis://}, or {@code rediss://} for TLS, with the user and the password if needed
 * @param caFile the certificates, in PEM, of which one must have signed Redis' certificate; empty for those of the JVM
 * @param connectTimeout of a connection
 * @param commandTimeout of a command; callers on the path of a request have shorter timeouts of their own
 * @param connectionsMax of one replica
 */
public record RedisSettings(
        String url, String caFile, Duration connectTimeout, Duration commandTimeout, int connectionsMax) {
    public RedisSettings {
        Bounds.positive("connect-timeout", connectTimeout);
        Bounds.positive("command-timeout", commandTimeout);
        Bounds.atLeast("connections-max", connectionsMax, 1);
    }

    /** Without the user and the password. */
    @Override
    public String toString() {
        return "RedisSettings[" + url.replaceFirst("//.*@", "//") + "]";
    }
}
