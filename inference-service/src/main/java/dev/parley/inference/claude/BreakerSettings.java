package dev.parley.inference.claude;

import java.time.Duration;

/**
 * When a model is spared.
 *
 * @param calls how many of the latest calls are looked at
 * @param callsMin below so many, nothing is concluded
 * @param failuresPercentMax beyond it the model is not asked for a while
 * @param pause for how long; afterwards a few calls are let through to see
 * @param probes how many these are
 */
public record BreakerSettings(int calls, int callsMin, int failuresPercentMax, Duration pause, int probes) {}
