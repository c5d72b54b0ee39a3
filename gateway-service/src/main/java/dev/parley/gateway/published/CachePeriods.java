package dev.parley.gateway.published;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a response with published answers may be reused: by browsers, by shared caches, by those while they revalidate it
 * (RFC 5861), and by those while the gateways fail. Changes are purged, so that shared caches may keep it long.
 */
public record CachePeriods(Duration browser, Duration shared, Duration revalidating, Duration failing) {
    public static final CachePeriods LIST =
            new CachePeriods(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));

    public static final CachePeriods ANSWER =
            new CachePeriods(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(7));

    /** The value of {@code cache-control}; nothing is reused after {@code end}, which is in the future. */
    public String header(Instant now, Optional<Instant> end) {
        Duration left = end.map(last -> Duration.between(now, last)).orElse(Duration.ofDays(365));
        Duration fresh = least(shared, left);
        Duration stale = left.minus(fresh);
        return "public, max-age=" + least(browser, left).toSeconds()
                + ", s-maxage=" + fresh.toSeconds()
                + ", stale-while-revalidate=" + least(revalidating, stale).toSeconds()
                + ", stale-if-error=" + least(failing, stale).toSeconds();
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
