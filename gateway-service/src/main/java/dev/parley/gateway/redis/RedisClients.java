package dev.parley.gateway.redis;

import java.time.Duration;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.EqualJitterDelay;

/** Creates the Redis client. */
public final class RedisClients {
    private static final int THREADS = 2;

    private RedisClients() {}

    /**
     * A client that connects on first use, so never if no key has limits. Commands are not retried, because a retry
     * would exceed the time limit of a request. Scripts are sent by hash.
     */
    public static RedissonClient connect(RedisSettings settings) {
        Config config = new Config();
        config.setLazyInitialization(true);
        config.setUseScriptCache(true);
        config.setCodec(StringCodec.INSTANCE);
        config.setThreads(THREADS);
        config.setNettyThreads(THREADS);
        config.useSingleServer()
                .setAddress(settings.url())
                .setClientName("gateway-service")
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setTimeout((int) settings.commandTimeout().toMillis())
                .setRetryAttempts(0)
                .setReconnectionDelay(new EqualJitterDelay(Duration.ofMillis(100), Duration.ofSeconds(1)))
                .setConnectionPoolSize(settings.connectionsMax())
                .setConnectionMinimumIdleSize(Math.min(2, settings.connectionsMax()))
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0)
                .setPingConnectionInterval(1_000);
        return Redisson.create(config);
    }
}
