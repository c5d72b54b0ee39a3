package dev.parley.gateway.web.pool;

import dev.parley.gateway.web.response.ApiErrorException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A bounded pool of places or bytes for one kind of request, which keys share by the rule of {@link ShareDecision}: a key that has
 * its share gets 429, and all keys get 529 when the pool is used up. Does not block. Stores only keys that hold places, so its size
 * is bounded by the pool. A key is a {@link dev.parley.gateway.session.Caller#identity()}, or what anonymous requests ask for.
 */
public final class SharedPool {
    private static final String RETRY_AFTER = "1";

    /** At least 1. */
    private final long placesMax;

    private final String full;

    /** Guarded by this, as is {@link #taken}. */
    private final Map<String, Long> byKey = new HashMap<>();

    private long taken;

    public SharedPool(long placesMax, String full) {
        if (placesMax < 1) {
            throw new IllegalArgumentException("a pool needs at least one place, not " + placesMax);
        }
        this.placesMax = placesMax;
        this.full = full;
    }

    public long placesMax() {
        return placesMax;
    }

    public synchronized long taken() {
        return taken;
    }

    /** The number of keys that hold places. */
    synchronized int keys() {
        return byKey.size();
    }

    /** The places of one request of a key, none so far. Has to be closed. */
    public Reservation reservation(String key) {
        return new Reservation(key);
    }

    /** Takes a place for a request of a key, or throws an {@link ApiErrorException}. Has to be closed. */
    public Reservation take(String key) {
        Reservation reservation = reservation(key);
        reservation.take(1);
        return reservation;
    }

    /** Runs work that has a place from its subscription to its end, or for longer; or an {@link ApiErrorException}. */
    public <T> Mono<T> during(String key, Function<Reservation, Mono<T>> work) {
        return Mono.using(() -> take(key), work, Reservation::close);
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

        /**
         * Takes 0 or more places, all or nothing, or throws an {@link ApiErrorException}. A closed reservation takes nothing.
         */
        public synchronized void take(long more) {
            held += switch (closed ? ShareDecision.FULL : SharedPool.this.take(key, more)) {
                case GRANTED -> more;
                case SHARE_USED -> throw ApiErrorException.shareUsed(full, RETRY_AFTER);
                case FULL -> throw new ApiErrorException(529, full, RETRY_AFTER);
            };
        }

        /** Takes or releases places so that it holds so many, or throws an {@link ApiErrorException}. */
        public synchronized void hold(long places) {
            if (places > held) {
                take(places - held);
            } else {
                release(key, held - places);
                held = places;
            }
        }

        /** A reservation of the same key, none so far. Has to be closed. */
        public Reservation another() {
            return reservation(key);
        }

        /** Whether it took so many places more; otherwise it has taken none. */
        public synchronized boolean tryTake(long more) {
            if (closed || SharedPool.this.take(key, more) != ShareDecision.GRANTED) {
                return false;
            }
            held += more;
            return true;
        }

        /** Whether it was closed; running actions may still hold its places. */
        public synchronized boolean isClosed() {
            return closed;
        }

        /** Runs an action and holds the places until it ends, even if another thread closes the reservation meanwhile. */
        public <T> T keepDuring(Supplier<T> action) {
            begin();
            try {
                return action.get();
            } finally {
                end();
            }
        }

        /** Holds the places until a stage has completed, even if the reservation is closed meanwhile. */
        public void keepUntil(CompletionStage<?> stage) {
            begin();
            var _ = stage.whenComplete((_, _) -> end());
        }

        private synchronized void begin() {
            uses++;
        }

        private synchronized void end() {
            uses--;
            releaseIfUnused();
        }

        /**
         * Runs blocking work on a worker, to its end also if the subscriber cancels: it is not interrupted, and holds the places
         * until then.
         */
        public <T> Mono<T> finishing(Scheduler workers, Supplier<T> work) {
            return Mono.fromFuture(() -> begun(workers, work), true);
        }

        private <T> CompletableFuture<T> begun(Scheduler workers, Supplier<T> work) {
            begin();
            try {
                return CompletableFuture.supplyAsync(work, workers::schedule).whenComplete((_, _) -> end());
            } catch (RuntimeException e) {
                end();
                throw e;
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
