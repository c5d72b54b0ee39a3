package dev.parley.benchmarks.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @ParameterizedTest
    @CsvSource({"0.2, 0.9, false", "1, 7, false", "3, 4100, false", "0.3, 0.9, true", "1, 9, true", "2, 80000, true"})
    void marksRoundNumbersWithinTheScale(double least, double most, boolean logarithmic) {
        Scale scale = Scale.of(List.of(least, most), logarithmic, 300, 50);
        assertThat(scale.marks()).hasSizeBetween(2, 8).isSorted();
        assertThat(scale.marks()).allSatisfy(mark -> assertThat(scale.at(mark)).isBetween(50.0, 300.0));
        assertThat(scale.at(most)).isLessThan(scale.at(least));
    }

    @ParameterizedTest
    @CsvSource({"false, 5", "true, 3.1623"})
    void findsTheMiddle(boolean logarithmic, double middle) {
        Scale scale = new Scale(logarithmic ? 1 : 0, 10, logarithmic, 0, 100);
        assertThat(scale.at(middle)).isCloseTo(50, within(0.1));
    }
}
