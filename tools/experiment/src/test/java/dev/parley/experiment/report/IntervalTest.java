package dev.parley.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
    @Test
    void meansHaveTheIntervalOfTheirStandardError() {
        Interval mean = Interval.mean(1, 2, 3, 4).orElseThrow();
        assertThat(mean.estimate()).isEqualTo(2.5);
        assertThat(mean.high() - mean.estimate()).isCloseTo(3.182 * 1.2910 / 2, within(1e-3));
        assertThat(Interval.mean()).isEmpty();
    }

    /** By the table of Student's distribution, two-sided: with few values, their deviation is uncertain too. */
    @ParameterizedTest
    @CsvSource({"2,12.706", "3,4.303", "11,2.228", "12,2.201", "21,2.086", "31,2.042", "121,1.980"})
    void theIntervalOfAMeanIsStudents(int count, double quantile) {
        double[] values = IntStream.range(0, count).asDoubleStream().toArray();
        // The mean of 0 to n - 1, whose variance is n (n + 1) / 12.
        double error = Math.sqrt((count + 1) / 12.0);

        Interval mean = Interval.mean(values).orElseThrow();

        assertThat(mean.high() - mean.estimate()).isCloseTo(quantile * error, within(1e-3 * error));
        assertThat(mean.estimate() - mean.low()).isCloseTo(quantile * error, within(1e-3 * error));
    }

    @Test
    void mediansHaveTheIntervalOfTheirRanks() {
        double[] values = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();
        Interval median = Interval.median(values).orElseThrow();
        assertThat(median.estimate()).isEqualTo(50.5);
        assertThat(median.low()).isEqualTo(40);
        assertThat(median.high()).isEqualTo(61);
        assertThat(Interval.median()).isEmpty();
    }

    /** The range of five values has the median with 94 % only. */
    @Test
    void tooFewValuesHaveNoInterval() {
        assertThat(Interval.mean(7).orElseThrow().text(1, 1)).isEqualTo("7.0");
        assertThat(Interval.mean(1, 2).orElseThrow().text(1, 1)).isEqualTo("1.5 (-4.9 to 7.9)");
        assertThat(Interval.median(7).orElseThrow().text(1, 1)).isEqualTo("7.0");
        assertThat(Interval.median(1, 2, 3, 4, 5).orElseThrow().text(1, 1)).isEqualTo("3.0");
        assertThat(Interval.median(1, 2, 3, 4, 5, 6).orElseThrow().text(1, 1)).isEqualTo("3.5 (1.0 to 6.0)");
    }
}
