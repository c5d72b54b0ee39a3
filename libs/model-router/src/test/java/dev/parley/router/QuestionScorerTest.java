package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against {@code golden.tsv} of the training side: question, score, probability and features, with escapes in the question. */
class QuestionScorerTest {
    private static final QuestionScorer SCORER = QuestionScorer.shipped();

    record Golden(String question, double score, double suffices, List<Double> features) {
        static Golden of(String line) {
            String[] columns = line.split("\t", -1);
            return new Golden(
                    columns[0].translateEscapes(),
                    Double.parseDouble(columns[1]),
                    Double.parseDouble(columns[2]),
                    Arrays.stream(columns[3].split(" ", -1))
                            .map(Double::valueOf)
                            .toList());
        }
    }

    static List<Golden> golden() {
        return QuestionScorer.lines("golden.tsv").stream().map(Golden::of).toList();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void equalsTheTrainingSide(Golden golden) {
        assertThat(SCORER.features(golden.question()))
                .containsExactly(golden.features().toArray(Double[]::new));
        assertThat(SCORER.score(golden.question())).isCloseTo(golden.score(), within(1e-6));
        assertThat(Calibration.shipped().suffices(golden.score())).isCloseTo(golden.suffices(), within(1e-6));
    }

    @Test
    void theGoldenFileCoversManyScores() {
        assertThat(golden()).hasSizeGreaterThan(15);
        assertThat(golden().stream().mapToDouble(Golden::score).distinct()).hasSizeGreaterThan(10);
    }

    @Test
    void readsTheBeginningOfALongText() {
        String long1 = "word ".repeat(TextFeatures.CHARACTERS_MAX);

        assertThat(SCORER.features(long1)[0]).isEqualTo(TextFeatures.CHARACTERS_MAX);
    }
}
