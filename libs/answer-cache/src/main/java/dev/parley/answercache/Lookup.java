package dev.parley.answercache;

/** The result of a look-up. */
public sealed interface Lookup {
    record Found(CacheEntry entry) implements Lookup {}

    record NotFound() implements Lookup {}

    /** The cache did not respond in time, or the circuit breaker was open. */
    record Unavailable() implements Lookup {}
}
