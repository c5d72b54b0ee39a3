package dev.parley.gateway.kafka;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The readers that look for an answer that began late, if at all, in what may be two hours of the log: few at once, and at most half
 * of them of one key. Thread-safe.
 */
final class LateSearches {
    private static final int SEARCHES_MAX = 4;
    private static final int OF_KEY_MAX = SEARCHES_MAX / 2;

    /** The key of each search. */
    private final List<String> keys = new ArrayList<>();

    /** Whether a search of a key may begin. It has to be ended then. */
    synchronized boolean tryBegin(String key) {
        return keys.size() < SEARCHES_MAX && Collections.frequency(keys, key) < OF_KEY_MAX && keys.add(key);
    }

    synchronized void end(String key) {
        keys.remove(key);
    }
}
