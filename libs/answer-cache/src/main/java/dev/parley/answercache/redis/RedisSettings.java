package dev.parley.answercache.redis;

import java.time.Duration;

/**
 * How Redis is reached.
 *
 * @param url {@code redis://} or {@code rediss://}, with user and password if need be
 * @param connectTimeout how long a connection may take
 * @param commandTimeout how long a command may take; a look-up is given up earlier, see {@code parley.cache.lookup}
 * @param connectionsMax how many connections one replica opens
 */
public record RedisSettings(String url, Duration connectTimeout, Duration commandTimeout, int connectionsMax) {}
