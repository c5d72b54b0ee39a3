package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.report.Findings.Better;
import dev.parley.benchmarks.report.Findings.Figure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeTest {
    @ParameterizedTest
    @CsvSource({
        "LOWER,  100, 100, SAME",
        "LOWER,  100, 119, SAME",
        "LOWER,  100, 121, WORSE",
        "LOWER,  100, 79,  BETTER",
        "HIGHER, 100, 121, BETTER",
        "HIGHER, 100, 79,  WORSE",
        "HIGHER, 100, 81,  SAME",
        "HIGHER, 0,   50,  SAME"
    })
    void isTheSameWithinTheNoise(Better better, double before, double now, Change.Direction direction) {
        Change change = new Change(new Figure("a", now, "ms", better, 0.2), before);
        assertThat(change.direction()).isEqualTo(direction);
    }
}
