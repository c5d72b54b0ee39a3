package dev.parley.gateway.conversation;

import dev.parley.contracts.BoundedMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * How many requests of one kind, or how many bytes of them, may be taken in a minute at this gateway, by one key, tenant or what else
 * they are counted by. Thread-safe; holds one counter for each with a request in the current minute. Of more than {@value
 * #COUNTERS_MAX} the first is forgotten.
 */
public final class MinuteQuota<K> {
    static final int COUNTERS_MAX = 50_000;

    private final long perMinute;
    private final Clock clock;
    private final Map<K, Long> taken = BoundedMap.ofNewest(COUNTERS_MAX);
    private Instant minute = Instant.EPOCH;

    public MinuteQuota(long perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** Takes one request from a quota. Returns the time until a retry; empty if the request is permitted. */
    public Optional<Duration> take(K of) {
        return take(of, 1);
    }

    /**
     * Takes an amount from a quota. One that is refused does not count; the first of a minute is permitted, even if it exceeds the
     * quota.
     *
     * @return time until a retry; empty if the amount is permitted
     */
    public synchronized Optional<Duration> take(K of, long amount) {
        Instant now = clock.instant();
        Instant current = now.truncatedTo(ChronoUnit.MINUTES);
        if (!current.equals(minute)) {
            minute = current;
            taken.clear();
        }
        long before = taken.getOrDefault(of, 0L);
        if (before > 0 && before + amount > perMinute) {
            return Optional.of(Duration.between(now, current.plus(1, ChronoUnit.MINUTES)));
        }
        taken.put(of, before + amount);
        return Optional.empty();
    }

    synchronized int counters() {
        return taken.size();
    }
}
