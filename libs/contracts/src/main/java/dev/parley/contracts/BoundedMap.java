package dev.parley.contracts;

import java.util.LinkedHashMap;
import java.util.Map;

/** Maps with a bounded number of entries, which drop one where they would have more. Not thread-safe. */
public final class BoundedMap {
    private static final float LOAD_FACTOR = 0.75f;
    private static final int CAPACITY = 16;

    private BoundedMap() {}

    /** An empty map that drops the entry whose key was added first. */
    public static <K, V> Map<K, V> ofNewest(int entriesMax) {
        return of(entriesMax, false);
    }

    /** An empty map that drops the entry that was read or written least recently. */
    public static <K, V> Map<K, V> ofLastUsed(int entriesMax) {
        return of(entriesMax, true);
    }

    private static <K, V> Map<K, V> of(int entriesMax, boolean byUse) {
        return new LinkedHashMap<>(CAPACITY, LOAD_FACTOR, byUse) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > entriesMax;
            }
        };
    }
}
