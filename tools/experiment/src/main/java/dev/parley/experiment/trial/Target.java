package dev.parley.experiment.trial;

import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.ModelRouter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which model a past turn is asked again of. */
public sealed interface Target {
    Pattern DATE = Pattern.compile("-\\d{8}$");

    /** The model for a turn; empty if the turn is not to be asked again. */
    Optional<String> modelFor(PastTurn turn);

    /** Whether an answer that names a model is by this one: Claude names it, or its version with the date. */
    static boolean isBy(String model, String named) {
        return named.equals(model) || undated(named).equals(model);
    }

    static String undated(String named) {
        return DATE.matcher(named).replaceFirst("");
    }

    private static boolean answered(String model, PastTurn turn) {
        return isBy(model, turn.model());
    }

    /** Always the same model. Turns that it answered are left out. */
    record Model(String name) implements Target {
        @Override
        public Optional<String> modelFor(PastTurn turn) {
            return Optional.of(name).filter(model -> !answered(model, turn));
        }
    }

    /** Whether the client has asked for the stronger model, so that no router decides. */
    private static boolean escalates(PastTurn turn) {
        return turn.facts().escalates().isPresent();
    }

    /** The model that a router would choose. Turns that it answered already, or for which it does not choose, are left out. */
    record Router(ModelRouter router, Calibration calibration) implements Target {
        @Override
        public Optional<String> modelFor(PastTurn turn) {
            return escalates(turn)
                    ? Optional.empty()
                    : Optional.of(router.decide(turn.traits(), calibration).model())
                            .filter(model -> !answered(model, turn));
        }
    }

    /** The other model of a pair, for turns whose model the score decides: no rule of the router applies. */
    record OtherOfPair(ModelRouter router) implements Target {
        @Override
        public Optional<String> modelFor(PastTurn turn) {
            ModelPair pair = router.pair();
            boolean ofPair = answered(pair.strong(), turn) || answered(pair.cheaper(), turn);
            return ofPair && !escalates(turn) && router.rule(turn.traits()).isEmpty()
                    ? Optional.of(answered(pair.strong(), turn) ? pair.cheaper() : pair.strong())
                    : Optional.empty();
        }
    }
}
