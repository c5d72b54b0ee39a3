package dev.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Questions;
import dev.parley.benchmarks.machine.Machine;
import dev.parley.benchmarks.report.BenchmarkResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.RunMode;
import dev.parley.benchmarks.scenario.Scenario;
import dev.parley.benchmarks.system.TestedSystems;
import dev.parley.localstack.servers.Checkout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    @TempDir
    private Path checkout;

    @Test
    void aRunIsTheBaseOfTheNextComparison() {
        assertThat(status(new Scenario("one", "One", true, (_, findings) -> findings.lower("one", 1, "ms", 0))))
                .isZero();
        assertThat(checkout.resolve(".parley/bench/quick")).isDirectory();
    }

    @Test
    void aRunWithAScenarioThatFailsHasFailedAndIsNoBaseOfComparisons() {
        assertThat(status(failing())).isEqualTo(1);
        assertThat(checkout.resolve(".parley/bench/quick")).doesNotExist();
        assertThat(checkout.resolve(".parley/bench/quick-partly/result.md"))
                .content()
                .contains("it has failed: It does not start. | failed |");
    }

    /** Its answers would disturb the next one. */
    @Test
    void aScenarioThatFailsLeavesNoConnectionOpen() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestedSystems systems = new TestedSystems(checkout, checkout, _ -> {});
                LoadGenerator generator = new LoadGenerator()) {
            Endpoint endpoint = new Endpoint(URI.create("http://127.0.0.1:" + silent.getLocalPort()), "/", Map.of());
            CompletableFuture<LoadResult> running = generator.begin(new Load(
                    endpoint,
                    Arrivals.even(1, 1),
                    new Questions(1).next(1, 1, AnswerTiming.AT_ONCE),
                    Load.Window.ALL,
                    Duration.ofMinutes(5)));
            try (Socket _ = silent.accept()) {
                var _ = new Bench().measure(run(systems, generator), failing());
                assertThat(running.get(30, TimeUnit.SECONDS).errors()).isOne();
            }
        }
    }

    private static Scenario failing() {
        return new Scenario("one", "One", true, (_, _) -> {
            throw new IllegalStateException("It does not start.");
        });
    }

    private static BenchmarkRun run(TestedSystems systems, LoadGenerator generator) {
        return new BenchmarkRun(systems, generator, new Questions(1), RunMode.QUICK, new Random(1), _ -> {});
    }

    /** That of a quick run with one scenario. */
    private int status(Scenario scenario) {
        Bench bench = new Bench();
        try (TestedSystems systems = new TestedSystems(checkout, checkout, _ -> {});
                LoadGenerator generator = new LoadGenerator()) {
            Findings findings = bench.measure(run(systems, generator), scenario);
            return bench.report(
                    new Checkout(checkout),
                    new BenchmarkResult(
                            Machine.here(), Instant.EPOCH, Duration.ZERO, RunMode.QUICK.name(), List.of(findings)));
        }
    }
}
