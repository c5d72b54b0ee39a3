package dev.parley.inference.similar;

import dev.parley.contracts.id.TenantId;
import java.util.HashMap;
import java.util.Map;

/**
 * A bounded number of places for calls. The last fifth, and at least one, is for tenants that hold less than that: one tenant alone
 * does not take all. Thread-safe, does not block.
 */
final class SharedPlaces {
    private static final int PARTS = 5;

    private final int placesMax;
    private final int share;

    /** Guarded by this, as is {@link #taken}. Only tenants that hold places. */
    private final Map<TenantId, Integer> byTenant = new HashMap<>();

    private int taken;

    SharedPlaces(int placesMax) {
        this.placesMax = placesMax;
        this.share = Math.max(1, placesMax / PARTS);
    }

    /** Takes a place, which has to be released. */
    synchronized boolean tryAcquire(TenantId tenant) {
        int own = byTenant.getOrDefault(tenant, 0);
        if (taken == placesMax || (own >= share && taken >= placesMax - share)) {
            return false;
        }
        taken++;
        byTenant.put(tenant, own + 1);
        return true;
    }

    synchronized void release(TenantId tenant) {
        taken--;
        byTenant.computeIfPresent(tenant, (_, own) -> own == 1 ? null : own - 1);
    }
}
