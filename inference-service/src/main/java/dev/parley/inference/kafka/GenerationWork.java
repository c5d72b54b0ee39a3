package dev.parley.inference.kafka;

import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import java.util.Optional;

/** What is done for one generation, on a thread of its own. */
interface GenerationWork {
    /** The turn; empty if the log has to be asked again. */
    Optional<FinishedTurn> on(DeltaPublisher.Sink sink, Cancellation cancellation) throws InterruptedException;
}
