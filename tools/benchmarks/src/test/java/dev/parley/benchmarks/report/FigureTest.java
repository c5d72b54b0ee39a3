package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.report.Findings.Better;
import dev.parley.benchmarks.report.Findings.Figure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {
    @ParameterizedTest
    @CsvSource({
        "LOWER,  100, 100, same",
        "LOWER,  100, 119, same",
        "LOWER,  100, 121, worse",
        "LOWER,  100, 79,  better",
        "HIGHER, 100, 121, better",
        "HIGHER, 100, 79,  worse",
        "HIGHER, 100, 81,  same",
        "HIGHER, 0,   50,  same"
    })
    void isTheSameWithinTheNoise(Better better, double before, double now, String change) {
        assertThat(new Figure("a", now, "ms", better, 0.2).change(before)).isEqualTo(change);
    }
}
