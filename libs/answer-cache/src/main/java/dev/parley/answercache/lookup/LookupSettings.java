package dev.parley.answercache.lookup;

import java.time.Duration;

/**
 * How long a request waits for the cache, and when the cache is left alone for a while.
 *
 * @param timeLimit how long one look-up may take; then it is a miss
 * @param runningMax how many look-ups may run, those given up included; beyond it, a look-up is a miss at once
 * @param breakerCalls the last look-ups that are judged
 * @param breakerCallsMin how many of them must have been made before they are judged
 * @param failuresPercentMax above this share of failed look-ups the cache is left alone
 * @param slowAfter when a look-up counts as slow
 * @param slowPercentMax above this share of slow look-ups the cache is left alone
 * @param pause how long the cache is left alone
 * @param probes how many look-ups are then made to see whether it is well again
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
        int probes) {}
