package dev.parley.gateway.conversation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many requests of one kind may be made in a minute at this gateway, by one key, tenant or what else they are counted by.
 * Thread-safe; holds one counter for each with a request in the current minute.
 */
public final class MinuteQuota<K> {
    private final long perMinute;
    private final Clock clock;
    private final Map<K, Integer> taken = new HashMap<>();
    private Instant minute = Instant.EPOCH;

    public MinuteQuota(long perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** Takes one request from a quota. Returns the time until a retry; empty if the request is permitted. */
    public synchronized Optional<Duration> take(K of) {
        Instant now = clock.instant();
        Instant current = now.truncatedTo(ChronoUnit.MINUTES);
        if (!current.equals(minute)) {
            minute = current;
            taken.clear();
        }
        return taken.merge(of, 1, Integer::sum) > perMinute
                ? Optional.of(Duration.between(now, current.plus(1, ChronoUnit.MINUTES)))
                : Optional.empty();
    }
}
