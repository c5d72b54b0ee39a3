package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;

/** Where the pieces of one generation go, in order. */
public interface DeltaSink {
    /** Does not wait for the piece to arrive. */
    void publish(Delta delta);

    /**
     * Publishes the first piece of a further attempt of the same owner, while the generation is certainly still its own, and
     * waits until it is on the log: whoever takes over later finds it there.
     *
     * @throws NotOursException if the generation has another owner, or nobody can tell
     */
    default void begin(Delta first) throws InterruptedException {
        publish(first);
    }

    /** The generation is another replica's: nothing more may be done for it here. */
    final class NotOursException extends RuntimeException {
        public NotOursException() {
            super("the generation has another owner");
        }
    }
}
