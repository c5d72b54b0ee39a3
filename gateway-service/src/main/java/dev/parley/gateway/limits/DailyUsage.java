package dev.parley.gateway.limits;

import dev.parley.contracts.id.KeyId;

/**
 * An amount that a key has used on a UTC day.
 *
 * @param day as in {@code 2026-11-26}
 * @param model the model that answered
 */
public record DailyUsage(KeyId key, String day, String model, UsageMetric metric, long amount) {}
