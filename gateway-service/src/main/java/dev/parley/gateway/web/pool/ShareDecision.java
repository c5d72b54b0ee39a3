package dev.parley.gateway.web.pool;

/**
 * Whether a key may take more places of a pool. The share of a key is a fifth of the pool, available as long as places
 * are free. Beyond its share, a key may take places only while at least half of the pool stays free. So one key never
 * holds more than half, another key always finds a first place, and five keys fill a pool evenly.
 */
enum ShareDecision {
    GRANTED,
    /** The key holds its share, and the rest is reserved for other keys. */
    SHARE_USED,
    /** The pool has too few free places for any key. */
    FULL;

    private static final int KEYS_TO_FILL_A_POOL = 5;

    /**
     * Decides.
     *
     * @param placesMax size of the pool; with 1, the first key takes the whole pool
     * @param taken places of all keys, 0 to {@code placesMax}
     * @param own places of the key itself
     * @param more requested places
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
