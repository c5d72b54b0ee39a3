package dev.parley.experiment.similar;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialRunner;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Compares the answer of a turn with the one that the cache would have given.
 *
 * @param model {@code similar=} and the threshold
 * @param source the turn with the other answer
 */
public record SimilarTrial(PastTurn turn, String model, PastTurn source, SimilarCheck check) implements Trial {
    @Override
    public Optional<BigDecimal> atMost(TrialCost costs) {
        return costs.ofComparisonAtMost(turn, source);
    }

    @Override
    public TrialEvent run(TrialRunner runner) throws InterruptedException {
        return runner.compare(turn, model, source, check);
    }
}
