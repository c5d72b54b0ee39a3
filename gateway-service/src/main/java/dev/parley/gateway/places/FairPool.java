package dev.parley.gateway.places;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A bounded pool of places or bytes that keys share by the rule of {@link ShareDecision}. Does not block. Stores only
 * keys that hold places, so its size is bounded by the pool.
 */
public final class FairPool {
    /** At least 1. */
    private final long placesMax;

    /** Guarded by this, as is {@link #taken}. */
    private final Map<String, Long> byKey = new HashMap<>();

    private long taken;

    public FairPool(long placesMax) {
        if (placesMax < 1) {
            throw new IllegalArgumentException("a pool needs at least one place, not " + placesMax);
        }
        this.placesMax = placesMax;
    }

    /** Creates an empty reservation for one request of a key. Must be closed. */
    public Reservation reservation(String key) {
        return new Reservation(key);
    }

    public long placesMax() {
        return placesMax;
    }

    /** The number of reserved places. */
    public synchronized long taken() {
        return taken;
    }

    /** The number of keys that hold places. */
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

    private synchronized void release(String key, long places) {
        taken -= places;
        byKey.computeIfPresent(key, (_, own) -> own == places ? null : own - places);
    }

    /** The places of one request. Thread-safe. */
    public final class Reservation implements AutoCloseable {
        private final String key;

        /** Guarded by this, as are the other two. */
        private long held;

        private int uses;
        private boolean closed;

        private Reservation(String key) {
            this.key = key;
        }

        /** Takes 0 or more places, all or nothing. A closed reservation takes nothing. */
        public synchronized ShareDecision take(long more) {
            if (closed) {
                return ShareDecision.FULL;
            }
            ShareDecision decision = FairPool.this.take(key, more);
            if (decision == ShareDecision.GRANTED) {
                held += more;
            }
            return decision;
        }

        /** Runs an action and holds the places until it ends, even if another thread closes the reservation meanwhile. */
        public <T> T keepDuring(Supplier<T> action) {
            synchronized (this) {
                uses++;
            }
            try {
                return action.get();
            } finally {
                synchronized (this) {
                    uses--;
                    releaseIfUnused();
                }
            }
        }

        /** Releases all places, once; a running action delays this. */
        @Override
        public synchronized void close() {
            closed = true;
            releaseIfUnused();
        }

        private void releaseIfUnused() {
            if (closed && uses == 0) {
                release(key, held);
                held = 0;
            }
        }
    }
}
