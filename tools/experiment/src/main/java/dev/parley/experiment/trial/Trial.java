package dev.parley.experiment.trial;

import dev.parley.contracts.event.SimilarCheck;
import java.util.List;

/** What an experiment does with one past turn. */
public sealed interface Trial {
    PastTurn turn();

    /** What is tried: a model, or {@code similar=} and a threshold. */
    String model();

    /** All turns whose texts it shows to a model. */
    List<PastTurn> turns();

    record AskedAgain(PastTurn turn, String model) implements Trial {
        @Override
        public List<PastTurn> turns() {
            return List.of(turn);
        }
    }

    /**
     * Compares the answer of the turn with the one that the cache would have given.
     *
     * @param source the turn with the other answer
     * @param check why it would have been reused
     */
    record Compared(PastTurn turn, String model, PastTurn source, SimilarCheck check) implements Trial {
        @Override
        public List<PastTurn> turns() {
            return List.of(turn, source);
        }
    }
}
