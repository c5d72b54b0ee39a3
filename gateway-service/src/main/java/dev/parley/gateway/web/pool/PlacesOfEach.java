package dev.parley.gateway.web.pool;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Places of which each holder has a few of its own. Does not block. Stores only holders that hold places. Thread-safe.
 */
public final class PlacesOfEach<K> {
    private final int max;
    private final Map<K, Integer> taken = new ConcurrentHashMap<>();

    public PlacesOfEach(int max) {
        this.max = max;
    }

    /** Takes a place, which has to be released; false if the holder has none left. */
    public boolean tryTake(K holder) {
        if (taken.merge(holder, 1, Integer::sum) <= max) {
            return true;
        }
        release(holder);
        return false;
    }

    public void release(K holder) {
        taken.computeIfPresent(holder, (_, places) -> places == 1 ? null : places - 1);
    }
}
