package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;

/** Where the pieces of one generation go, in order. Does not wait for them to arrive. */
public interface DeltaSink {
    void publish(Delta delta);
}
