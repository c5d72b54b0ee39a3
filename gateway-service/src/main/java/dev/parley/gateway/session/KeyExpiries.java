package dev.parley.gateway.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Counts the issued keys that expire soon, so that operators can renew them in time. */
public final class KeyExpiries {
    static final Duration NOTICE = Duration.ofDays(14);

    private final IssuedKeys keys;
    private final Clock clock;

    public KeyExpiries(IssuedKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** The keys that expire within {@link #NOTICE}, without those whose whole life is no longer than that. */
    public long expiring() {
        Instant now = clock.instant();
        return keys.unrevoked()
                .filter(key -> key.expiresAt()
                        .filter(end -> end.isAfter(now) && !end.isAfter(now.plus(NOTICE)))
                        .filter(end -> end.isAfter(key.createdAt().plus(NOTICE)))
                        .isPresent())
                .count();
    }
}
