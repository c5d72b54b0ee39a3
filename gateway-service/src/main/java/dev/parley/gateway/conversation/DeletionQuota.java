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
 * How many deletions a tenant may make: each costs a record on two topics, a place in the memory of every process for a day,
 * and some writes to the table. Thread-safe; it holds a number for each tenant that has deleted within the minute.
 */
public final class DeletionQuota {
    /** Until something in a full memory is forgotten, roughly: what is in it may be a day old. */
    private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofHours(1);

    private final DeletionSettings settings;
    private final Clock clock;
    private final Map<TenantId, Integer> taken = new HashMap<>();
    private Instant minute = Instant.EPOCH;

    public DeletionQuota(DeletionSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Takes one.
     *
     * @param remembered how many deleted conversations are in memory, this one left out
     * @param ofTenant how many of them are of this tenant
     * @return when to ask again, if there is none left
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
            return Optional.of(UNTIL_THERE_IS_ROOM);
        }
        if (taken.merge(tenant, 1, Integer::sum) > settings.perMinute()) {
            return Optional.of(Duration.between(now, current.plus(1, ChronoUnit.MINUTES)));
        }
        return Optional.empty();
    }
}
