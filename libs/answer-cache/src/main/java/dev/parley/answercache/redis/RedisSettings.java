package dev.parley.answercache.redis;

import java.time.Duration;

/**
 * The connection to Redis.
 *
 * @param url {@code redis://} or {@code rediss://}, with user and password if needed
 * @param connectTimeout of a connection
 * @param commandTimeout of a command; callers on the path of a request have shorter timeouts of their own
 * @param connectionsMax of one replica
 */
public record RedisSettings(String url, Duration connectTimeout, Duration commandTimeout, int connectionsMax) {}
