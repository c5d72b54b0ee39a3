package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ModelRouterTest {
    private static final ModelPair PAIR = new ModelPair("strong", "cheap");
    private static final QuestionScorer SCORER = QuestionScorer.shipped();
    private static final String EASY = "Where is the Eiffel Tower?";
    private static final String HARD =
            "Prove that every bounded sequence of real numbers has a convergent subsequence.";

    @Test
    void choosesByTheThresholdOfTheTarget() {
        double between = (SCORER.score(EASY) + SCORER.score(HARD)) / 2;
        assertThat(SCORER.score(EASY)).isLessThan(between);
        Calibration calibration = calibration(between);

        assertThat(router(0.02).decide(asking(EASY), calibration).model()).isEqualTo("cheap");
        assertThat(router(0.02).decide(asking(HARD), calibration).model()).isEqualTo("strong");
        assertThat(router(0).decide(asking(EASY), calibration).model()).isEqualTo("strong");
    }

    @Test
    void keepsItsChoiceForAConversation() {
        Calibration calibration = calibration((SCORER.score(EASY) + SCORER.score(HARD)) / 2);

        assertThat(router(0.02).decide(asking(EASY, HARD), calibration).model()).isEqualTo("cheap");
        assertThat(router(0.02).decide(asking(HARD, EASY), calibration).model()).isEqualTo("strong");
    }

    @Test
    void appliesTheRulesOfTheOperatorToTheWholeConversation() {
        assertThat(router(0.02).decide(asking(EASY, "a Contract"), calibration(1)))
                .isEqualTo(new ModelDecision("strong", "pattern", OptionalDouble.empty()));
    }

    private static ModelRouter router(double loss) {
        return new ModelRouter(PAIR, new RoutingTarget.QualityLoss(loss), List.of(Pattern.compile("(?i)contract")));
    }

    private static Calibration calibration(double threshold) {
        return new Calibration(
                Optional.of(PAIR),
                Calibration.QUESTIONS_MIN,
                List.of(
                        new Calibration.Point(threshold, 0.9, 0.5, 0.01),
                        new Calibration.Point(threshold + 10, 0.5, 0, 0.5)));
    }

    private static RequestTraits asking(String... questions) {
        return new RequestTraits(List.of(questions), Set.of(), false, false, false, 100, 1000, false);
    }
}
