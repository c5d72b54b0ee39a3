package dev.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Questions;
import dev.parley.benchmarks.machine.Machine;
import dev.parley.benchmarks.report.BenchmarkResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.RunMode;
import dev.parley.benchmarks.scenario.Scenario;
import dev.parley.benchmarks.system.TestedSystems;
import dev.parley.localstack.servers.Checkout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    @TempDir
    private Path checkout;

    @Test
    void aRunIsTheBaseOfTheNextComparison() {
        assertThat(status((_, findings) -> findings.lower("one", 1, "ms", 0))).isZero();
        assertThat(checkout.resolve(".parley/bench/quick")).isDirectory();
    }

    @Test
    void aRunWithAScenarioThatFailsHasFailedAndIsNoBaseOfComparisons() {
        assertThat(status((_, _) -> {
                    throw new IllegalStateException("It does not start.");
                }))
                .isEqualTo(1);
        assertThat(checkout.resolve(".parley/bench/quick")).doesNotExist();
        assertThat(checkout.resolve(".parley/bench/quick-partly/result.md"))
                .content()
                .contains("it has failed: It does not start. | failed |");
    }

    /** That of a quick run with one scenario. */
    private int status(BiConsumer<BenchmarkRun, Findings> measurement) {
        Bench bench = new Bench();
        try (TestedSystems systems = new TestedSystems(checkout, checkout, _ -> {});
                LoadGenerator generator = new LoadGenerator()) {
            BenchmarkRun run =
                    new BenchmarkRun(systems, generator, new Questions(1), RunMode.QUICK, new Random(1), _ -> {});
            Findings findings = bench.measure(run, new Scenario("one", "One", true, measurement));
            return bench.report(
                    new Checkout(checkout),
                    new BenchmarkResult(
                            Machine.here(), Instant.EPOCH, Duration.ZERO, RunMode.QUICK.name(), List.of(findings)));
        }
    }
}
