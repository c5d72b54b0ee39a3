package dev.parley.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {
    @Test
    void meansHaveTheIntervalOfTheirStandardError() {
        Interval mean = Interval.mean(1, 2, 3, 4).orElseThrow();
        assertThat(mean.estimate()).isEqualTo(2.5);
        assertThat(mean.high() - mean.estimate()).isCloseTo(1.96 * 1.2910 / 2, within(1e-3));
        assertThat(Interval.mean()).isEmpty();
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
        assertThat(Interval.mean(1, 2).orElseThrow().text(1, 1)).isEqualTo("1.5 (0.5 to 2.5)");
        assertThat(Interval.median(7).orElseThrow().text(1, 1)).isEqualTo("7.0");
        assertThat(Interval.median(1, 2, 3, 4, 5).orElseThrow().text(1, 1)).isEqualTo("3.0");
        assertThat(Interval.median(1, 2, 3, 4, 5, 6).orElseThrow().text(1, 1)).isEqualTo("3.5 (1.0 to 6.0)");
    }
}
