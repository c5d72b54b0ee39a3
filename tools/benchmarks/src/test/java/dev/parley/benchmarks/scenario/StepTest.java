package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepTest {
    @ParameterizedTest
    @CsvSource({
        "100,  100, 12,    0, true",
        "100,  98,  100,   0, true",
        "100,  97,  12,    0, false",
        "100,  100, 100.1, 0, false",
        "100,  100, 12,    1, false"
    })
    void passesWithoutErrorsWithoutWaitingAndWithNothingLeftBehind(
            double offered, double served, double firstByte, int errors, boolean passes) {
        assertThat(new Step(offered, served, firstByte, errors, "", 0).passes()).isEqualTo(passes);
    }
}
