package dev.parley.gateway.conversation;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * Limits of deleting conversations.
 *
 * @param perMinute deletions per key, gateway and minute, and twice as many per tenant; at least 1
 * @param rememberedMax deleted conversations that are remembered for a day; at least 10. One tenant may use a fifth, and half of
 *     that for ids of which it is not known that they exist
 * @param timeout time that reads wait for the latest deletions; then clients get 503
 */
public record DeletionSettings(int perMinute, int rememberedMax, Duration timeout) {
    /** The smallest number of tenants that can fill the memory. */
    static final int TENANTS_MIN = 5;

    public DeletionSettings {
        Bounds.atLeast("per-minute", perMinute, 1);
        Bounds.atLeast("remembered-max", rememberedMax, 2 * TENANTS_MIN);
        Bounds.positive("timeout", timeout);
    }
}
