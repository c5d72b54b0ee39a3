package dev.parley.inference.generation;

import dev.parley.answercache.CachedAnswer;

/** The bounded memory for stored answers that are being published. */
public interface ReplayMemory {
    /** The gate of the answer to a similar question for which there is no memory. */
    String CROWDED = "crowded";

    /** Takes what an answer needs, to be {@linkplain #release released}; false, without taking it, if that is too much. */
    boolean take(CachedAnswer answer);

    void release(CachedAnswer answer);
}
