package dev.parley.experiment.trial;

import dev.parley.contracts.trial.TrialEvent;
import java.math.BigDecimal;
import java.util.Optional;

/** What an experiment does with one past turn. */
public interface Trial {
    PastTurn turn();

    /** What is tried: a model, or {@code similar=} and a threshold. */
    String model();

    /** The highest possible cost, in US dollars; empty if a model has no price. */
    Optional<BigDecimal> atMost(TrialCost costs);

    /** Runs it. Blocks. */
    TrialEvent run(TrialRunner runner) throws InterruptedException;

    /** Asks the turn again of a model. */
    record AskedAgain(PastTurn turn, String model) implements Trial {
        @Override
        public Optional<BigDecimal> atMost(TrialCost costs) {
            return costs.atMost(turn, model);
        }

        @Override
        public TrialEvent run(TrialRunner runner) throws InterruptedException {
            return runner.run(turn, model);
        }
    }
}
