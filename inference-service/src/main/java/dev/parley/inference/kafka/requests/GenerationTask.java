package dev.parley.inference.kafka.requests;

import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.FinishedTurn;

/** Produces the turn of one generation, on the thread of the generation. */
public interface GenerationTask {
    /** The turn. Throws a {@link NotOwnerException} if the generation has another owner. */
    FinishedTurn run(DeltaPublisher.Sink sink, Cancellation cancellation) throws InterruptedException;
}
