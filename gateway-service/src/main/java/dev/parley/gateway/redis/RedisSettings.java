package dev.parley.gateway.redis;

import java.time.Duration;

/**
 * How Redis is reached.
 *
 * @param url {@code redis://} or {@code rediss://}, with user and password if need be
 * @param connectTimeout how long a connection may take
 * @param commandTimeout how long a command may take; a request gives up earlier, see {@code parley.gateway.limits}
 * @param connectionsMax how many connections one replica opens
 */
public record RedisSettings(String url, Duration connectTimeout, Duration commandTimeout, int connectionsMax) {}
