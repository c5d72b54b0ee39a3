package dev.parley.inference.claude;

import java.time.Duration;

/**
 * The circuit breaker of a model.
 *
 * @param calls size of the sliding window
 * @param callsMin the least number of calls before it can open
 * @param failuresPercentMax above which it opens
 * @param pause for which it stays open
 * @param probes number of calls while it is half open
 */
public record BreakerSettings(int calls, int callsMin, int failuresPercentMax, Duration pause, int probes) {}
