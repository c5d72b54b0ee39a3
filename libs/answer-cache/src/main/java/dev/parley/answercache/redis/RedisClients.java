package dev.parley.answercache.redis;

import dev.parley.answercache.CacheUnavailableException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RExpirableAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.Codec;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.EqualJitterDelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes clients of Redis, and calls that survive what Redis may do. */
public final class RedisClients {
    private static final Logger LOG = LoggerFactory.getLogger(RedisClients.class);
    private static final int THREADS = 2;
    private static final String WRONG_TYPE = "WRONGTYPE";

    private RedisClients() {}

    /**
     * A client that connects when it is first used, because Redis may be down. It tries a command once, because a retry would be
     * too late, sends scripts by their hashes, and tries to reconnect at least once a second.
     *
     * @param clientName shown by Redis for its connections, without spaces
     */
    public static RedissonClient connect(RedisSettings settings, String clientName, Codec codec) {
        Config config = new Config();
        config.setLazyInitialization(true);
        config.setUseScriptCache(true);
        config.setCodec(codec);
        config.setThreads(THREADS);
        config.setNettyThreads(THREADS);
        config.useSingleServer()
                .setAddress(settings.url())
                .setClientName(clientName)
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setTimeout((int) settings.commandTimeout().toMillis())
                .setRetryAttempts(0)
                // The tick of Redisson's timer is derived from it: 100 ms, and with the default a random one of 10 ms
                // or more.
                .setRetryDelay(new ConstantDelay(Duration.ofSeconds(1)))
                .setReconnectionDelay(new EqualJitterDelay(Duration.ofMillis(100), Duration.ofSeconds(1)))
                .setConnectionPoolSize(settings.connectionsMax())
                .setConnectionMinimumIdleSize(Math.min(2, settings.connectionsMax()))
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0)
                .setPingConnectionInterval(2_000);
        if (!settings.caFile().isEmpty()) {
            config.setSslTrustManagerFactory(Certificates.trust(settings.caFile()));
        }
        return Redisson.create(config);
    }

    /** The result of a call; a failure is a {@link CacheUnavailableException}. */
    static <T> T calling(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            // Redisson throws its own exceptions, and those of futures and of Netty.
            throw new CacheUnavailableException(e);
        }
    }

    /** Repeats a command once, after removing the key, if its value has another type. */
    static <T extends @Nullable Object> T removingWrongType(RedissonClient redis, String key, Supplier<T> command) {
        return insteadOfWrongType(command, () -> {
            removeDamaged(redis, key);
            return command.get();
        });
    }

    /** Runs another command if one fails because a value has another type. */
    static <T extends @Nullable Object> T insteadOfWrongType(Supplier<T> command, Supplier<T> instead) {
        try {
            return command.get();
        } catch (RedisException e) {
            if (!String.valueOf(e.getMessage()).contains(WRONG_TYPE)) {
                throw e;
            }
            return instead.get();
        }
    }

    static void removeDamaged(RedissonClient redis, String key) {
        LOG.warn("Removing a damaged value of Redis: {}", key);
        redis.getKeys().delete(key);
    }

    /** Extends the time to live of a key to this one, unless it is longer. */
    static void keepAtLeast(RExpirableAsync key, Duration lifetime) {
        var _ = key.expireIfNotSetAsync(lifetime);
        var _ = key.expireIfGreaterAsync(lifetime);
    }
}
