package dev.parley.inference.limits;

import dev.parley.messages.ApiError;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The places of this replica for running generations. Decides which new requests get one: by their number, the heap that is taken,
 * and the share of the key in both. Redelivered requests always get one. Thread-safe.
 */
public final class GenerationPlaces {
    private static final String ASK_AGAIN = "Too many answers are being made. Please ask again.";
    private static final ApiError FULL = ApiError.of(529, ASK_AGAIN);
    private static final ApiError SHARE_USED =
            ApiError.of(429, "This key has its share of what all keys have together. " + ASK_AGAIN);

    private final int max;
    private final HeapShares heap;

    /** Those of redelivered requests included. */
    private int taken;
    /** Those of new requests, by key; a key without any is absent. */
    private final Map<String, Integer> takenByKey = new HashMap<>();

    private int reserved;

    /**
     * @param max at once; new requests beyond it are rejected
     */
    public GenerationPlaces(int max, HeapShares heap) {
        this.max = max;
        this.heap = heap;
    }

    public int max() {
        return max;
    }

    /**
     * Takes a place for a new request, which has to be released.
     *
     * @return the error with which the request is to be rejected; empty if it has the place
     */
    public synchronized Optional<ApiError> tryAcquire(String key) {
        int all = taken + reserved + 1;
        int own = takenByKey.getOrDefault(key, 0) + 1;
        if (all > max || heap.isFull()) {
            return Optional.of(FULL);
        }
        if (FairPool.exceedsShare(max, all, own) || heap.exceedsShare(key)) {
            return Optional.of(SHARE_USED);
        }
        taken++;
        takenByKey.put(key, own);
        return Optional.empty();
    }

    public synchronized void release(String key) {
        taken--;
        takenByKey.computeIfPresent(key, (_, own) -> own == 1 ? null : own - 1);
    }

    /** Takes a place for a redelivered request, which has to be released, even if there is none left. */
    public synchronized void acquire() {
        taken++;
    }

    public synchronized void release() {
        taken--;
    }

    /** Whether no redelivered request should take a place for now. */
    public synchronized boolean areAllTaken() {
        return taken >= max;
    }

    /** Keeps so many places free of new requests, for the redelivered ones that wait: their readers have waited for longer. */
    public synchronized void reserve(int places) {
        reserved = places;
    }

    public synchronized int reserved() {
        return reserved;
    }

    /** The generations that run. */
    public synchronized int running() {
        return taken;
    }

    /** The generations that run, and the redelivered ones that wait for a place or a claim. */
    public synchronized int runningOrWaiting() {
        return taken + reserved;
    }
}
