package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Findings.Status;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CancelLatencyTest {
    @ParameterizedTest
    @CsvSource({"249, 0, MET", "251, 0, MISSED", "249, 1, MISSED"})
    void theTargetIsMissedIfAnAnswerWasComplete(double millis, int complete, Status status) {
        Findings findings = new Findings("cancel", "Cancel");

        CancelLatency.report(findings, Loads.times(millis), complete);

        assertThat(findings.rows()).extracting(Findings.Row::status).containsExactly(status);
    }
}
