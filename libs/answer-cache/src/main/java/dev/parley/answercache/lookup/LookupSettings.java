package dev.parley.answercache.lookup;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * The timeout of a look-up and its circuit breaker.
 *
 * @param timeLimit of a look-up, after which it is a miss
 * @param runningMax concurrent look-ups, timed-out ones included, of which a tenant gets a part; further ones are a miss at once
 * @param slowAfter duration from which a look-up counts as slow
 * @param slowPercentMax share of slow look-ups above which the breaker opens
 * @param breaker which counts slow look-ups beside failed ones
 */
public record LookupSettings(
        Duration timeLimit, int runningMax, Duration slowAfter, int slowPercentMax, BreakerSettings breaker) {
    public LookupSettings {
        Bounds.positive("time-limit", timeLimit);
        Bounds.atLeast("running-max", runningMax, 1);
        Bounds.positive("slow-after", slowAfter);
        Bounds.between("slow-percent-max", slowPercentMax, 1, 100);
    }
}
