package dev.parley.gateway.conversation;

import java.time.Duration;

/**
 * Limits of deleting conversations.
 *
 * @param perMinute deletions per tenant, gateway and minute; at least 1
 * @param rememberedMax deleted conversations that are remembered for a day; at least 5. One tenant may use a fifth
 * @param timeout time that reads wait for the latest deletions; then clients get 503
 */
public record DeletionSettings(int perMinute, int rememberedMax, Duration timeout) {
    /** The smallest number of tenants that can fill the memory. */
    static final int TENANTS_MIN = 5;

    public DeletionSettings {
        if (perMinute < 1 || rememberedMax < TENANTS_MIN || !timeout.isPositive()) {
            throw new IllegalArgumentException("parley.gateway.conversations.deletions: per-minute is at least 1,"
                    + " remembered-max at least " + TENANTS_MIN + ", and timeout is positive");
        }
    }
}
