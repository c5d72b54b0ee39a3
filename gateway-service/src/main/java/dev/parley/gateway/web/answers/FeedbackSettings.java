package dev.parley.gateway.web.answers;

import dev.parley.contracts.Bounds;

/**
 * Limits of rating answers.
 *
 * @param perMinute ratings per key, gateway and minute, and twice as many per tenant; beyond it clients get 429; at least 1
 */
public record FeedbackSettings(int perMinute) {
    public FeedbackSettings {
        Bounds.atLeast("per-minute", perMinute, 1);
    }
}
