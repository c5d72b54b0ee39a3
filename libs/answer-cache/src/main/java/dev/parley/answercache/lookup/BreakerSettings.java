package dev.parley.answercache.lookup;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * The settings of a circuit breaker.
 *
 * @param calls size of the sliding window
 * @param callsMin the least number of calls before it can open
 * @param failuresPercentMax above which it opens
 * @param pause for which it stays open
 * @param probes number of calls while it is half open
 */
public record BreakerSettings(int calls, int callsMin, int failuresPercentMax, Duration pause, int probes) {
    public BreakerSettings {
        Bounds.atLeast("calls", calls, 1);
        Bounds.atLeast("calls-min", callsMin, 1);
        Bounds.between("failures-percent-max", failuresPercentMax, 1, 100);
        Bounds.positive("pause", pause);
        Bounds.atLeast("probes", probes, 1);
    }
}
