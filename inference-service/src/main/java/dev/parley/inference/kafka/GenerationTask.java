package dev.parley.inference.kafka;

import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import java.util.Optional;

/** Produces the turn of one generation, on the thread of the generation. */
interface GenerationTask {
    /** The turn; empty if the generation has to be checked against the log again. */
    Optional<FinishedTurn> run(DeltaPublisher.Sink sink, Cancellation cancellation) throws InterruptedException;
}
