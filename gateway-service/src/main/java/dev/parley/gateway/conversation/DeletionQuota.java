package dev.parley.gateway.conversation;

import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The rate limit of deletions. A deletion costs a record on two topics, an entry in the memory of every process for a day, and some
 * writes to the table. Half of the memory is for conversations that exist, so that invented ids do not prevent their deletion.
 * Thread-safe.
 */
public final class DeletionQuota {
    /** Approximate time until a full memory has space again; entries expire after a day. */
    private static final Duration RETRY_WHEN_FULL = Duration.ofHours(1);

    /** A conversation that exists is stored within seconds after the end of its first answer. */
    private static final Duration RETRY_WHEN_STORED = Duration.ofSeconds(10);

    private final DeletionSettings settings;
    private final KeyQuota quota;

    public DeletionQuota(DeletionSettings settings, Clock clock) {
        this.settings = settings;
        this.quota = new KeyQuota(settings.perMinute(), clock);
    }

    /**
     * Takes one deletion from the quota of a key and its tenant.
     *
     * @param remembered deleted conversations in memory, without this one
     * @param ofTenant those that belong to this tenant
     * @param exists whether this conversation is known to exist; called only if the half for any id is used up, and may block
     * @return time until a retry; empty if the deletion is permitted
     */
    public Optional<Duration> take(TenantId tenant, String key, int remembered, int ofTenant, BooleanSupplier exists) {
        if (fills(settings.rememberedMax(), remembered, ofTenant)) {
            return Optional.of(RETRY_WHEN_FULL);
        }
        return quota.take(tenant, key)
                .or(() -> fills(settings.rememberedMax() / 2, remembered, ofTenant) && !exists.getAsBoolean()
                        ? Optional.of(RETRY_WHEN_STORED)
                        : Optional.empty());
    }

    private static boolean fills(int memory, int remembered, int ofTenant) {
        return remembered >= memory || ofTenant >= memory / DeletionSettings.TENANTS_MIN;
    }
}
