package dev.parley.inference.generation;

import java.util.HashMap;
import java.util.Map;

/**
 * A bounded amount, such as of places or bytes. The last fifth, and at least one, is for holders of less than that: one holder alone
 * does not take all. Thread-safe, does not block.
 */
public final class FairPool<K> {
    private static final int PARTS = 5;

    private final long max;
    private final long share;

    /** Guarded by this, as is {@link #taken}. Only those that hold something. */
    private final Map<K, Long> byHolder = new HashMap<>();

    private long taken;

    public FairPool(long max) {
        this.max = max;
        this.share = Math.max(1, max / PARTS);
    }

    /** Takes an amount, which has to be released; false, without taking it, if there is no room for it, or the holder has its share. */
    public synchronized boolean tryAcquire(K holder, long amount) {
        long all = taken + amount;
        long own = byHolder.getOrDefault(holder, 0L) + amount;
        if (all > max || (own > share && all > max - share)) {
            return false;
        }
        taken = all;
        byHolder.put(holder, own);
        return true;
    }

    public synchronized void release(K holder, long amount) {
        taken -= amount;
        byHolder.computeIfPresent(holder, (_, own) -> own == amount ? null : own - amount);
    }
}
