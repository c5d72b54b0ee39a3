package dev.parley.answercache;

import dev.parley.contracts.id.GenerationId;

/** An answer in the cache, and the generation that gave it. */
public record CacheEntry(Origin origin, CachedAnswer answer) {
    /** Whether this generation gave it, and not one that answered the same request before or after. */
    public boolean isOf(GenerationId generation) {
        return origin.generation().equals(generation);
    }
}
