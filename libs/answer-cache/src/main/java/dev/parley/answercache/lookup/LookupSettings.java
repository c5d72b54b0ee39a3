package dev.parley.answercache.lookup;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * The timeout of a look-up and its circuit breaker.
 *
 * @param timeLimit of a look-up, after which it is a miss
 * @param runningMax concurrent look-ups, timed-out ones included; further look-ups are a miss at once
 * @param breakerCalls size of the breaker's sliding window
 * @param breakerCallsMin the least number of look-ups before the breaker can open
 * @param failuresPercentMax share of failed look-ups above which the breaker opens
 * @param slowAfter duration from which a look-up counts as slow
 * @param slowPercentMax share of slow look-ups above which the breaker opens
 * @param pause for which the breaker stays open
 * @param probes look-ups while the breaker is half open
 */
public record LookupSettings(
        Duration timeLimit,
        int runningMax,
        int breakerCalls,
        int breakerCallsMin,
        int failuresPercentMax,
        Duration slowAfter,
        int slowPercentMax,
        Duration pause,
        int probes) {
    public LookupSettings {
        Bounds.positive("time-limit", timeLimit);
        Bounds.atLeast("running-max", runningMax, 1);
        Bounds.atLeast("breaker-calls", breakerCalls, 1);
        Bounds.atLeast("breaker-calls-min", breakerCallsMin, 1);
        Bounds.between("failures-percent-max", failuresPercentMax, 1, 100);
        Bounds.positive("slow-after", slowAfter);
        Bounds.between("slow-percent-max", slowPercentMax, 1, 100);
        Bounds.positive("pause", pause);
        Bounds.atLeast("probes", probes, 1);
    }
}
