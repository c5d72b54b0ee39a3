package dev.parley.router;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Chooses between the models of a pair: the rules first, then the score. A pure function of the request and the calibration.
 *
 * @param strongPatterns of the operator: the stronger model answers if one of them occurs in a message of the user
 */
public record ModelRouter(ModelPair pair, RoutingTarget target, List<Pattern> strongPatterns) {
    private static final String SCORE = "score";
    private static final String PATTERN = "pattern";
    private static final QuestionScorer SCORER = QuestionScorer.shipped();

    public ModelRouter {
        strongPatterns = List.copyOf(strongPatterns);
    }

    public ModelDecision decide(RequestTraits traits, Calibration calibration) {
        return rule(traits)
                .map(rule -> new ModelDecision(pair.strong(), rule, OptionalDouble.empty()))
                .orElseGet(() -> byScore(traits, calibration));
    }

    /** The rule that requires the stronger model, if one applies: else the score decides. */
    public Optional<String> rule(RequestTraits traits) {
        return traits.rule()
                .or(() -> strongPatterns.stream()
                        .filter(pattern -> traits.questions().stream()
                                .anyMatch(text -> pattern.matcher(text).find()))
                        .map(_ -> PATTERN)
                        .findFirst());
    }

    private ModelDecision byScore(RequestTraits traits, Calibration calibration) {
        double score = SCORER.score(traits.first());
        boolean easy =
                calibration.threshold(target).filter(most -> score <= most).isPresent();
        return new ModelDecision(
                easy ? pair.cheaper() : pair.strong(), SCORE, OptionalDouble.of(calibration.suffices(score)));
    }
}
