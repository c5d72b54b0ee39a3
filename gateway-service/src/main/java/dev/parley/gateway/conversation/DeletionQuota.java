package dev.parley.gateway.conversation;

import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rate limit of deletions per tenant. A deletion costs a record on two topics, an entry in the memory of every
 * process for a day, and some writes to the table. Thread-safe; holds one counter per tenant with a deletion in the
 * current minute.
 */
public final class DeletionQuota {
    /** Approximate time until a full memory has space again; entries expire after a day. */
    private static final Duration RETRY_WHEN_FULL = Duration.ofHours(1);

    private final DeletionSettings settings;
    private final Clock clock;
    private final Map<TenantId, Integer> taken = new HashMap<>();
    private Instant minute = Instant.EPOCH;

    public DeletionQuota(DeletionSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Takes one deletion from the quota of a tenant.
     *
     * @param remembered deleted conversations in memory, without this one
     * @param ofTenant those that belong to this tenant
     * @return time until a retry; empty if the deletion is permitted
     */
    public synchronized Optional<Duration> take(TenantId tenant, int remembered, int ofTenant) {
        Instant now = clock.instant();
        Instant current = now.truncatedTo(ChronoUnit.MINUTES);
        if (!current.equals(minute)) {
            minute = current;
            taken.clear();
        }
        if (remembered >= settings.rememberedMax()
                || ofTenant >= settings.rememberedMax() / DeletionSettings.TENANTS_MIN) {
            return Optional.of(RETRY_WHEN_FULL);
        }
        if (taken.merge(tenant, 1, Integer::sum) > settings.perMinute()) {
            return Optional.of(Duration.between(now, current.plus(1, ChronoUnit.MINUTES)));
        }
        return Optional.empty();
    }
}
