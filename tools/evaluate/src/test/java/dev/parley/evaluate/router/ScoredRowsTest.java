package dev.parley.evaluate.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.evaluate.router.RouterTable.Row;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoredRowsTest {
    /** Ten questions. The cheaper model answers six, the stronger one all; the last four need it. */
    private static final List<Row> ROWS = IntStream.range(0, 10)
            .mapToObj(i -> new Row(Integer.toString(i), i < 6 ? 1 : 0, 1))
            .toList();

    private static ScoredRows scored(double... scores) {
        return new ScoredRows(ROWS, row -> scores[Integer.parseInt(row.question())]);
    }

    @Test
    void aPerfectScoreNeedsTheStrongerModelOnlyWhereItHelps() {
        ScoredRows perfect = scored(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

        assertThat(perfect.q95()).isEqualTo(40);
    }

    @Test
    void theWorstScoreNeedsItEverywhere() {
        ScoredRows worst = scored(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

        assertThat(worst.q95()).isEqualTo(100);
    }

    @Test
    void aRandomChoiceNeedsItsShareOfTheGap() {
        assertThat(ScoredRows.randomQ95(ROWS)).isCloseTo(87.5, within(1e-9));
    }

    @Test
    void noCallIsNeededIfTheCheaperModelIsGoodEnough() {
        List<Row> easy = List.of(new Row("a", 1, 1), new Row("b", 0.95, 1));

        assertThat(ScoredRows.randomQ95(easy)).isZero();
        assertThat(new ScoredRows(easy, _ -> 0).q95()).isZero();
    }

    @Test
    void aProbabilityOfTheTrueShareIsCalibrated() {
        List<Row> mixed = IntStream.range(0, 1000)
                .mapToObj(i -> new Row("", i % 10 < 7 ? 1 : 0, 1))
                .toList();

        assertThat(new ScoredRows(mixed, _ -> 0.7).calibrationError()).isCloseTo(0, within(1e-9));
        assertThat(new ScoredRows(mixed, _ -> 0.9).calibrationError()).isCloseTo(0.2, within(1e-9));
    }
}
