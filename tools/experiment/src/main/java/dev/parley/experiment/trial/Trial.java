package dev.parley.experiment.trial;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.trial.TrialEvent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** What an experiment does with one past turn. */
public sealed interface Trial {
    PastTurn turn();

    /** All turns whose texts it shows to a model. */
    List<PastTurn> turns();

    /** What is tried: a model, or {@code similar=} and a threshold. */
    String model();

    /** The highest possible cost, in US dollars; empty if a model has no price. */
    Optional<BigDecimal> atMost(TrialCost costs);

    /** Runs it. Blocks. */
    TrialEvent run(TrialRunner runner) throws InterruptedException;

    /** Asks the turn again of a model. */
    record AskedAgain(PastTurn turn, String model) implements Trial {
        @Override
        public List<PastTurn> turns() {
            return List.of(turn);
        }

        @Override
        public Optional<BigDecimal> atMost(TrialCost costs) {
            return costs.atMost(turn, model);
        }

        @Override
        public TrialEvent run(TrialRunner runner) throws InterruptedException {
            return runner.run(turn, model);
        }
    }

    /**
     * Compares the answer of the turn with the one that the cache would have given.
     *
     * @param source the turn with the other answer
     */
    record Compared(PastTurn turn, String model, PastTurn source, SimilarCheck check) implements Trial {
        @Override
        public List<PastTurn> turns() {
            return List.of(turn, source);
        }

        @Override
        public Optional<BigDecimal> atMost(TrialCost costs) {
            return costs.ofComparisonAtMost(turn, source);
        }

        @Override
        public TrialEvent run(TrialRunner runner) throws InterruptedException {
            return runner.compare(turn, model, source, check);
        }
    }
}
