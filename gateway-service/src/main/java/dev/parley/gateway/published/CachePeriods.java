package dev.parley.gateway.published;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a response with published answers may be reused: by browsers, by shared caches, and while the gateways fail (RFC 5861).
 * Changes are purged, so that shared caches may keep it long. {@code stale-while-revalidate} would show a browser's reader what
 * has been withdrawn.
 */
public record CachePeriods(Duration browser, Duration shared, Duration failing) {
    public static final CachePeriods LIST =
            new CachePeriods(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofDays(7));

    public static final CachePeriods ANSWER = new CachePeriods(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(7));

    /** The value of {@code cache-control}; nothing is reused after {@code end}, which is in the future. */
    public String header(Instant now, Optional<Instant> end) {
        Duration left = end.map(last -> Duration.between(now, last)).orElse(Duration.ofDays(365));
        Duration fresh = least(shared, left);
        return "public, max-age=" + least(browser, left).toSeconds()
                + ", s-maxage=" + fresh.toSeconds()
                + ", stale-if-error=" + least(failing, left.minus(fresh)).toSeconds();
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
