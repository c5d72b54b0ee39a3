package dev.parley.inference.generation;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.delta.Delta;
import java.time.Duration;
import java.util.Optional;

/** Receives the deltas of one generation in order. */
public interface DeltaSink {
    /** Publishes a delta without waiting for its delivery. */
    void publish(Delta delta);

    /** How long what is ready may wait, to be published in one delta with what follows. */
    default Duration mergeDelay() {
        return Duration.ZERO;
    }

    /** Whether few enough deltas wait for their delivery that the next one can be published without blocking. */
    default boolean hasRoom() {
        return true;
    }

    /**
     * Counts what is kept of the answer until its end, in bytes of the heap; what is not kept any more is negative.
     *
     * @return false, from then on, if the running answers take so much of it that this one has to end
     */
    default boolean keep(long bytes) {
        return true;
    }

    /**
     * Unpacks the events of a stored answer, and takes the memory for them until the turn is recorded. Empty if the stored answers of
     * all keys, or of this one, take too much of it, or if these events cannot be read.
     */
    default Optional<byte[]> unpack(CachedAnswer answer) {
        return answer.frames();
    }

    /** Gives the memory for unpacked events back, which are not published. */
    default void dropUnpacked() {}

    /**
     * Publishes the first delta of a further attempt while the ownership of the generation is certain, and waits until it is on
     * the log, where a later owner finds it.
     *
     * @throws NotOwnerException if the generation has another owner, or the ownership cannot be confirmed
     */
    default void begin(Delta first) throws InterruptedException {
        publish(first);
    }

    /** Another replica owns the generation; this one must stop working on it. */
    final class NotOwnerException extends RuntimeException {
        public NotOwnerException() {
            super("the generation has another owner");
        }
    }
}
