package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Findings.Status;
import dev.parley.benchmarks.system.SystemName;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstTokenTest {
    /** What has failed has no first token, and so is in no percentile. */
    @ParameterizedTest
    @CsvSource({"0, 0, MET", "1, 0, MISSED", "0, 1, MISSED"})
    void aTargetIsMissedIfAnythingHasFailed(int errors, int directErrors, Status status) {
        Findings findings = new Findings("first-token", "First token");
        FirstToken.report(
                findings,
                Map.of(SystemName.PARLEY, result(2, errors), SystemName.DIRECT, result(1, directErrors)),
                times(1));

        assertThat(findings.rows()).hasSize(2).extracting(Findings.Row::status).containsOnly(status);
    }

    private static LoadResult result(int millis, int errors) {
        Histogram times = times(millis);
        return new LoadResult(times, times, times, times, times, 10, 10 - errors, errors, "late", 0, 0);
    }

    private static Histogram times(int millis) {
        Histogram times = LoadResult.histogram();
        times.recordValueWithCount(millis * 1_000_000L, 10);
        return times;
    }
}
