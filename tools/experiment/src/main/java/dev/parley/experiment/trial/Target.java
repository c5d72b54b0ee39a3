package dev.parley.experiment.trial;

import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.ModelRouter;
import java.util.Optional;

/** Which model a past turn is asked again of. */
public sealed interface Target {
    /** The model for a turn; empty if the turn is not to be asked again. */
    Optional<String> modelFor(PastTurn turn);

    /** Always the same model. Turns that it answered are left out. */
    record Model(String name) implements Target {
        @Override
        public Optional<String> modelFor(PastTurn turn) {
            return Optional.of(name).filter(model -> !turn.model().startsWith(model));
        }
    }

    /** The model that a router would choose. Turns that it answered already are left out. */
    record Router(ModelRouter router, Calibration calibration) implements Target {
        @Override
        public Optional<String> modelFor(PastTurn turn) {
            return Optional.of(router.decide(turn.traits(), calibration).model())
                    .filter(model -> !turn.model().startsWith(model));
        }
    }

    /** The other model of a pair, for turns whose model the score decides: no rule of the router applies. */
    record OtherOfPair(ModelRouter router) implements Target {
        @Override
        public Optional<String> modelFor(PastTurn turn) {
            ModelPair pair = router.pair();
            boolean ofPair =
                    turn.model().startsWith(pair.strong()) || turn.model().startsWith(pair.cheaper());
            boolean byScore = router.decide(turn.traits(), Calibration.shipped())
                    .suffices()
                    .isPresent();
            return ofPair && byScore
                    ? Optional.of(turn.model().startsWith(pair.strong()) ? pair.cheaper() : pair.strong())
                    : Optional.empty();
        }
    }
}
