package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Findings.Status;
import dev.parley.benchmarks.system.SystemName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaCostTest {
    private final Findings findings = new Findings("delta-cost", "Delta");

    /** Only processes that pass a delta on are in the sum. */
    @ParameterizedTest
    @CsvSource({"44, 1, 0, MET", "46, 1, 0, MISSED", "44, 0.98, 0, MISSED", "44, 1, 1, MISSED"})
    void comparesTheTimeOfADeltaWithItsTarget(int micros, double delivered, int errors, Status status) {
        Map<String, Duration> times = Map.of(
                "inference-service", Duration.ofMillis(micros * 100L - 2_000),
                "kafka", Duration.ofMillis(1_200),
                "gateway-service", Duration.ofMillis(800),
                "persistence-worker", Duration.ofMillis(900));

        DeltaCost.report(
                findings,
                List.of(new DeltaCost.Measured(
                        SystemName.PARLEY, times, 50_000, delivered, Loads.result(1, errors, 100_000))));

        assertThat(findings.rows()).extracting(Findings.Row::status).containsExactly(status);
        assertThat(findings.rows().getFirst().seen())
                .startsWith(micros + " µs")
                .contains("kafka 12, gateway-service 8");
        assertThat(findings.tables().getFirst().lines().getFirst()).contains(micros + 9 + " µs", "100,000", "2");
    }
}
