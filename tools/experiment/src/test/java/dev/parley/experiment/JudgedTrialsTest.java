package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.contracts.trial.Verdict;
import dev.parley.router.JudgedQuestion;
import dev.parley.router.ModelPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgedTrialsTest {
    private static final ModelPair PAIR = new ModelPair(Examples.STRONG, Examples.CHEAPER);

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
                                        ? Examples.trial(1, 0.2, verdict)
                                        : Examples.trial(1, 0.2, verdict, Examples.CHEAPER, Examples.STRONG)),
                        PAIR)
                .getFirst();

        assertThat(judged.sufficient()).isEqualTo(suffices);
        assertThat(judged.savedUsd().orElseThrow()).isCloseTo(0.019, within(1e-9));
    }

    @Test
    void theOrderOfTheTrialsDoesNotMatter() {
        var one = Examples.trial(1, 0.2, Verdict.WORSE);
        var other = Examples.trial(2, 0.1, Verdict.EQUAL);

        assertThat(JudgedTrials.of(List.of(one, other), PAIR)).isEqualTo(JudgedTrials.of(List.of(other, one), PAIR));
    }
}
