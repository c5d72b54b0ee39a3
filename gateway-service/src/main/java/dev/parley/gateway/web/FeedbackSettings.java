package dev.parley.gateway.web;

/**
 * Limits of rating answers.
 *
 * @param perMinute ratings per tenant, gateway and minute; beyond it clients get 429; at least 1
 */
public record FeedbackSettings(int perMinute) {
    public FeedbackSettings {
        if (perMinute < 1) {
            throw new IllegalArgumentException("parley.gateway.feedback: per-minute is at least 1, not " + perMinute);
        }
    }
}
