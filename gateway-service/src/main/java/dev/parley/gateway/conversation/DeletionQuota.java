package dev.parley.gateway.conversation;

import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * The rate limit of deletions per tenant. A deletion costs a record on two topics, an entry in the memory of every
 * process for a day, and some writes to the table. Thread-safe.
 */
public final class DeletionQuota {
    /** Approximate time until a full memory has space again; entries expire after a day. */
    private static final Duration RETRY_WHEN_FULL = Duration.ofHours(1);

    private final DeletionSettings settings;
    private final MinuteQuota quota;

    public DeletionQuota(DeletionSettings settings, Clock clock) {
        this.settings = settings;
        this.quota = new MinuteQuota(settings.perMinute(), clock);
    }

    /**
     * Takes one deletion from the quota of a tenant.
     *
     * @param remembered deleted conversations in memory, without this one
     * @param ofTenant those that belong to this tenant
     * @return time until a retry; empty if the deletion is permitted
     */
    public Optional<Duration> take(TenantId tenant, int remembered, int ofTenant) {
        if (remembered >= settings.rememberedMax()
                || ofTenant >= settings.rememberedMax() / DeletionSettings.TENANTS_MIN) {
            return Optional.of(RETRY_WHEN_FULL);
        }
        return quota.take(tenant);
    }
}
