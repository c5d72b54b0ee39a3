package dev.parley.gateway.redis;

import java.time.Duration;

/**
 * Connection to Redis.
 *
 * @param url {@code redis://} or {@code rediss://}, optionally with user and password
 * @param connectTimeout time limit for opening a connection
 * @param commandTimeout time limit of a command; requests stop waiting earlier, see {@code parley.gateway.limits}
 * @param connectionsMax connections per replica
 */
public record RedisSettings(String url, Duration connectTimeout, Duration commandTimeout, int connectionsMax) {}
