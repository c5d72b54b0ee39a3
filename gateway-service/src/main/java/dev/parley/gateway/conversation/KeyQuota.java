package dev.parley.gateway.conversation;

import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * How many requests of one kind a key may make in a minute at this gateway. Its tenant has the quota of two keys, so that one key
 * does not use up what the others have. What draws on something that all tenants share is counted by tenant alone. Thread-safe.
 */
public final class KeyQuota {
    private static final int KEYS_OF_TENANT = 2;

    private final MinuteQuota<String> keys;
    private final MinuteQuota<TenantId> tenants;

    public KeyQuota(int perMinute, Clock clock) {
        this.keys = new MinuteQuota<>(perMinute, clock);
        this.tenants = new MinuteQuota<>((long) KEYS_OF_TENANT * perMinute, clock);
    }

    /**
     * Takes one request from the quotas of a key and of its tenant. What the key is refused does not count for the tenant.
     *
     * @param key identifies it among all keys
     * @return time until a retry; empty if the request is permitted
     */
    public Optional<Duration> take(TenantId tenant, String key) {
        return keys.take(key).or(() -> tenants.take(tenant));
    }
}
