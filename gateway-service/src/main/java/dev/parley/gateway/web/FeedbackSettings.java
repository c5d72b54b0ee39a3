package dev.parley.gateway.web;

import dev.parley.contracts.Bounds;

/**
 * Limits of rating answers.
 *
 * @param perMinute ratings per tenant, gateway and minute; beyond it clients get 429; at least 1
 */
public record FeedbackSettings(int perMinute) {
    public FeedbackSettings {
        Bounds.atLeast("per-minute", perMinute, 1);
    }
}
