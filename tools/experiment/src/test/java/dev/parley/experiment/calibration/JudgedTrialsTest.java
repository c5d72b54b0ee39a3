package dev.parley.experiment.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.ExampleTrials;
import dev.parley.router.ModelPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgedTrialsTest {
    private static final ModelPair PAIR = new ModelPair(ExampleTrials.STRONG, ExampleTrials.CHEAPER);

    @ParameterizedTest
    @CsvSource({
        "BETTER, true, true",
        "EQUAL, true, true",
        "WORSE, true, false",
        "BETTER, false, false",
        "EQUAL, false, true",
        "WORSE, false, true"
    })
    void aTieSuffices(Verdict verdict, boolean cheaperAsked, boolean suffices) {
        JudgedQuestion judged = JudgedTrials.of(
                        List.of(
                                cheaperAsked
                                        ? ExampleTrials.trial(1, 0.2, verdict)
                                        : ExampleTrials.trial(
                                                1, 0.2, verdict, ExampleTrials.CHEAPER, ExampleTrials.STRONG)),
                        PAIR)
                .getFirst();

        assertThat(judged.sufficient()).isEqualTo(suffices);
        assertThat(judged.savedUsd().orElseThrow()).isCloseTo(0.019, within(1e-9));
    }

    /** Such as of an alias with another cheaper model, or of an experiment with the same name. */
    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-5-5, claude-opus-5-5",
        "claude-opus-5-5, claude-haiku-5-5",
        "claude-haiku-5-5, claude-opus-5-5",
        "claude-haiku-5-5-20261001, claude-haiku-5-5",
        "claude-sonnet-5-5, similar=0.9"
    })
    void aTrialOfAnotherPairDoesNotCount(String original, String asked) {
        TrialCompleted other = ExampleTrials.trial(1, 0.2, Verdict.WORSE, original, asked);

        assertThat(JudgedTrials.of(List.of(other), PAIR)).isEmpty();
        assertThat(JudgedTrials.ofOtherModels(List.of(other, ExampleTrials.trial(2, 0.1, Verdict.EQUAL)), PAIR))
                .containsExactly(original + " → " + asked);
    }

    @ParameterizedTest
    @CsvSource({"claude-sonnet-5-5-20261001, claude-haiku-5-5", "claude-haiku-5-5-20261001, claude-sonnet-5-5"})
    void aModelCountsByItsNameWithADate(String original, String asked) {
        List<TrialCompleted> trials = List.of(ExampleTrials.trial(1, 0.2, Verdict.EQUAL, original, asked));

        assertThat(JudgedTrials.of(trials, PAIR)).hasSize(1);
        assertThat(JudgedTrials.ofOtherModels(trials, PAIR)).isEmpty();
    }

    @Test
    void theOrderOfTheTrialsDoesNotMatter() {
        var one = ExampleTrials.trial(1, 0.2, Verdict.WORSE);
        var other = ExampleTrials.trial(2, 0.1, Verdict.EQUAL);

        assertThat(JudgedTrials.of(List.of(one, other), PAIR)).isEqualTo(JudgedTrials.of(List.of(other, one), PAIR));
    }
}
