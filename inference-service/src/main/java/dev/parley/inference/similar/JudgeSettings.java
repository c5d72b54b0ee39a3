package dev.parley.inference.similar;

import dev.parley.answercache.lookup.LookupSettings;

/**
 * The judge, for the keys that permit it.
 *
 * @param model that judges, or {@value #CHEAPEST} for the configured one with the lowest price
 * @param call its time limit, the concurrent calls, and its circuit breaker
 */
public record JudgeSettings(String model, LookupSettings call) {
    public static final String CHEAPEST = "cheapest";
}
