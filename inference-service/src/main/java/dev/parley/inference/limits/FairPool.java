package dev.parley.inference.limits;

import java.util.HashMap;
import java.util.Map;

/**
 * A bounded amount, such as of places or bytes. The last fifth, and at least one, is for holders of less than that: one holder alone
 * does not take all. Thread-safe, does not block.
 */
public final class FairPool<K> {
    private static final int PARTS = 5;

    private final long max;

    /** Guarded by this, as is {@link #taken}. Only those that hold something. */
    private final Map<K, Long> byHolder = new HashMap<>();

    private long taken;

    public FairPool(long max) {
        this.max = max;
    }

    /**
     * Whether a holder would have more than its share, for amounts that are counted elsewhere.
     *
     * @param taken by all holders, with what this one asks for
     * @param own of the holder, with what it asks for
     */
    public static boolean exceedsShare(long max, long taken, long own) {
        long share = Math.max(1, max / PARTS);
        return own > share && taken > max - share;
    }

    /** Takes an amount, which has to be released; false, without taking it, if there is no room for it, or the holder has its share. */
    public synchronized boolean tryAcquire(K holder, long amount) {
        long all = taken + amount;
        long own = byHolder.getOrDefault(holder, 0L) + amount;
        if (all > max || exceedsShare(max, all, own)) {
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
