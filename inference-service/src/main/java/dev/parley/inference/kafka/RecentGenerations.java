package dev.parley.inference.kafka;

import dev.parley.contracts.id.GenerationId;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last generations that were begun here, so that a doubled request is begun once. Owned by the polling thread. */
final class RecentGenerations {
    private final Map<GenerationId, Boolean> recent;

    RecentGenerations(int max) {
        this.recent = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<GenerationId, Boolean> eldest) {
                return size() > max;
            }
        };
    }

    /** Remembers the generation; false if it was remembered already. */
    boolean add(GenerationId generation) {
        return recent.put(generation, Boolean.TRUE) == null;
    }
}
