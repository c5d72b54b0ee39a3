package dev.parley.gateway.places;

/**
 * Whether a key may take more places of a pool. A fifth of the pool is its share, which it may always take as long as there
 * are free places. Beyond its share it may only take places while at least half of the pool stays free. So one key alone
 * never holds more than half, there is always room for the first place of the next key, and five keys fill a pool evenly.
 */
public enum ShareDecision {
    GRANTED,
    /** The key has its share, and the rest is kept for other keys. */
    SHARE_USED,
    /** The pool has too few free places, whichever key asks. */
    FULL;

    private static final int KEYS_TO_FILL_A_POOL = 5;

    /**
     * Decides it.
     *
     * @param placesMax the size of the pool; with 1, the first key takes all there is
     * @param taken by all keys, from 0 to {@code placesMax}
     * @param own what the key itself has of them
     * @param more what it asks for
     */
    static ShareDecision of(long placesMax, long taken, long own, long more) {
        long free = placesMax - taken - more;
        if (free < 0) {
            return FULL;
        }
        long share = Math.max(1, placesMax / KEYS_TO_FILL_A_POOL);
        return own + more <= share || free >= (placesMax + 1) / 2 ? GRANTED : SHARE_USED;
    }
}
