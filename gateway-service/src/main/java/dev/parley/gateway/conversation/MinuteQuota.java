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
    synchronized Optional<Duration> take(K of, long amount) {
        Instant now = clock.instant();
        startMinute(now);
        long before = taken.getOrDefault(of, 0L);
        if (before > 0 && before + amount > perMinute) {
            return Optional.of(Duration.between(now, minute.plus(1, ChronoUnit.MINUTES)));
        }
        taken.put(of, before + amount);
        return Optional.empty();
    }

    /** An amount that is known only later, and of which nothing is taken yet. */
    public Amount amount(K of) {
        return new Amount(of);
    }

    public long perMinute() {
        return perMinute;
    }

    private void startMinute(Instant now) {
        Instant current = now.truncatedTo(ChronoUnit.MINUTES);
        if (!current.equals(minute)) {
            minute = current;
            taken.clear();
        }
    }

    synchronized int counters() {
        return taken.size();
    }

    /** An amount that is known only later. Until then, an estimate of it is taken. */
    public final class Amount {
        private final K of;
        private long counted;
        private Instant since = Instant.EPOCH;

        private Amount(K of) {
            this.of = of;
        }

        /**
         * Takes an estimate, once, as {@link MinuteQuota#take(Object, long)} does.
         *
         * @param estimate at least 1
         */
        public Optional<Duration> take(long estimate) {
            synchronized (MinuteQuota.this) {
                Optional<Duration> wait = MinuteQuota.this.take(of, estimate);
                if (wait.isEmpty()) {
                    counted = estimate;
                    since = minute;
                }
                return wait;
            }
        }

        /**
         * Replaces what is counted, also beyond the quota. Of an earlier minute nothing is returned, and only what exceeds it is taken
         * from the current one. Does nothing if nothing is counted.
         */
        public void settle(long actual) {
            synchronized (MinuteQuota.this) {
                startMinute(clock.instant());
                long more = actual - counted;
                if (counted > 0 && (more > 0 || since.equals(minute))) {
                    taken.put(of, Math.max(0, taken.getOrDefault(of, 0L) + more));
                    counted = actual;
                }
            }
        }
    }
}
