package dev.parley.inference.generation;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.inference.generation.calls.Ending;

public interface GenerationMeter {
    /** A generation has ended; {@code model} is the one that answered, or {@code unknown}. */
    void ended(String model, TurnFacts facts, Ending ending);
}
