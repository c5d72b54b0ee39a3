package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import java.time.Duration;

/** Waits for what follows; publishes nothing. */
final class MergingSink implements DeltaSink {
    static final Duration DELAY = Duration.ofMillis(40);

    @Override
    public void publish(Delta delta) {
        // Nothing is looked at.
    }

    @Override
    public Duration mergeDelay() {
        return DELAY;
    }
}
