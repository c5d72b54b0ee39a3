package dev.parley.gateway.request;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares out the heap that requests may take together while they are read and put on the log. Nothing waits: what does
 * not fit is refused, and may come again.
 *
 * <p>A key alone may have four fifths of it. While others ask, a key that has something already gets up to one fifth; one
 * that has nothing gets what its request takes, if there is so much. Others ask as long as they have something, and for
 * two seconds after they were refused.
 */
public final class HeapBudget {
    /** Longer than the second after which a refused client is to ask again. */
    private static final Duration INTEREST = Duration.ofSeconds(2);

    private final long bytesMax;
    private final Clock clock;

    /** By holder; all guarded by this. No more entries than keys that are known. */
    private final Map<Object, Long> held = new HashMap<>();

    private final Map<Object, Instant> refused = new HashMap<>();
    private long total;

    /**
     * Makes a budget.
     *
     * @param bytesMax what all requests may take together
     */
    public HeapBudget(long bytesMax, Clock clock) {
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    /** The budget of a process: so much of its heap. */
    public static HeapBudget ofProcess(RequestSettings settings, Clock clock) {
        return new HeapBudget(Runtime.getRuntime().maxMemory() / 100 * settings.heapPercentMax(), clock);
    }

    /** The most that one request, and one key, may take. */
    public long shareMax() {
        return bytesMax / 5 * 4;
    }

    /** What all requests take now. */
    public synchronized long held() {
        return total;
    }

    /** A share that is empty yet. */
    public Share share() {
        return new Share();
    }

    /**
     * Takes from what there is.
     *
     * @param before what the same request has already
     */
    private synchronized boolean claim(Object holder, long before, long more) {
        long mine = held.getOrDefault(holder, 0L);
        boolean fits = total + more <= bytesMax && mine + more <= limit(holder, mine - before);
        if (fits) {
            total += more;
            held.put(holder, mine + more);
            refused.remove(holder);
        } else {
            refused.put(holder, clock.instant());
        }
        return fits;
    }

    /** What a key may have, by what its other requests have. */
    private long limit(Object holder, long others) {
        return others > 0 && othersAsk(holder) ? bytesMax / 5 : shareMax();
    }

    private boolean othersAsk(Object holder) {
        Instant forgotten = clock.instant().minus(INTEREST);
        refused.values().removeIf(at -> at.isBefore(forgotten));
        return held.keySet().stream().anyMatch(other -> !other.equals(holder))
                || refused.keySet().stream().anyMatch(other -> !other.equals(holder));
    }

    private synchronized void giveBack(Object holder, long bytes) {
        total -= bytes;
        held.computeIfPresent(holder, (_, mine) -> mine == bytes ? null : Long.valueOf(mine - bytes));
    }

    /** What one request has of it. */
    public final class Share {
        private Object holder = this;
        private long taken;
        private boolean released;

        private Share() {}

        /** Takes more, for a holder that stays the same. Returns whether there is so much, and the share not released yet. */
        public synchronized boolean take(Object by, long more) {
            if (released || !claim(by, taken, more)) {
                return false;
            }
            holder = by;
            taken += more;
            return true;
        }

        /** Gives all of it back. */
        public synchronized void release() {
            released = true;
            if (taken > 0) {
                giveBack(holder, taken);
                taken = 0;
            }
        }
    }
}
