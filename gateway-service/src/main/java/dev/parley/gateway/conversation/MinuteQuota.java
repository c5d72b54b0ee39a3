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
 * How many requests of one kind a tenant may make in a minute at this gateway. Thread-safe; holds one counter per tenant with a request
 * in the current minute.
 */
public final class MinuteQuota {
    private final int perMinute;
    private final Clock clock;
    private final Map<TenantId, Integer> taken = new HashMap<>();
    private Instant minute = Instant.EPOCH;

    public MinuteQuota(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** Takes one request from the quota of a tenant. Returns the time until a retry; empty if the request is permitted. */
    public synchronized Optional<Duration> take(TenantId tenant) {
        Instant now = clock.instant();
        Instant current = now.truncatedTo(ChronoUnit.MINUTES);
        if (!current.equals(minute)) {
            minute = current;
            taken.clear();
        }
        return taken.merge(tenant, 1, Integer::sum) > perMinute
                ? Optional.of(Duration.between(now, current.plus(1, ChronoUnit.MINUTES)))
                : Optional.empty();
    }
}
