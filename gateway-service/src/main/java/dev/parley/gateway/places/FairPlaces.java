package dev.parley.gateway.places;

import java.util.HashMap;
import java.util.Map;

/**
 * A pool of places, or of bytes, that keys share as {@link ShareDecision} decides. Does not wait. Remembers only keys that
 * hold something, so it is no larger than the pool.
 */
public final class FairPlaces {
    private final long placesMax;

    /** Guarded by this, as is {@link #taken}. */
    private final Map<String, Long> byKey = new HashMap<>();

    private long taken;

    /**
     * A pool that is free.
     *
     * @param placesMax at least 1
     */
    public FairPlaces(long placesMax) {
        if (placesMax < 1) {
            throw new IllegalArgumentException("a pool has at least one place, not " + placesMax);
        }
        this.placesMax = placesMax;
    }

    /** What one request of a key will hold; nothing so far. To be closed, whatever happens. */
    public Holding holding(String key) {
        return new Holding(key);
    }

    /** How many places are taken. */
    public synchronized long taken() {
        return taken;
    }

    /** How many keys hold some. */
    synchronized int keys() {
        return byKey.size();
    }

    private synchronized ShareDecision take(String key, long more) {
        long own = byKey.getOrDefault(key, 0L);
        ShareDecision decision = ShareDecision.of(placesMax, taken, own, more);
        if (decision == ShareDecision.GRANTED && more > 0) {
            taken += more;
            byKey.put(key, own + more);
        }
        return decision;
    }

    private synchronized void giveBack(String key, long places) {
        taken -= places;
        byKey.computeIfPresent(key, (_, own) -> own == places ? null : own - places);
    }

    /** What one request holds. Any thread may take and close. */
    public final class Holding implements AutoCloseable {
        private final String key;

        /** Guarded by this. */
        private long held;

        private boolean closed;

        private Holding(String key) {
            this.key = key;
        }

        /**
         * Takes more, all of it or nothing. One that is closed takes nothing, whatever the decision.
         *
         * @param more 0 or more
         */
        public synchronized ShareDecision take(long more) {
            if (closed) {
                return ShareDecision.FULL;
            }
            ShareDecision decision = FairPlaces.this.take(key, more);
            if (decision == ShareDecision.GRANTED) {
                held += more;
            }
            return decision;
        }

        /** Gives back all of it; once. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                giveBack(key, held);
                held = 0;
            }
        }
    }
}
