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
        assertThat(Interval.median(7).orElseThrow()).isEqualTo(new Interval(7, 7, 7));
    }
}
