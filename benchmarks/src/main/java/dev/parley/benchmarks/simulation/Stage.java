package dev.parley.benchmarks.simulation;

/** What takes processor time on the way of an answer. */
public enum Stage {
    /** Whoever asks; the load generator, where it is measured. */
    READER,
    /** All of gateway-service but {@link #TAIL}. */
    GATEWAY,
    /** The one thread of gateway-service that reads {@code chat.deltas}. */
    TAIL,
    CACHE,
    INFERENCE,
    PERSISTENCE,
    KAFKA,
    /** Simulated, where it is measured. */
    CLAUDE
}
