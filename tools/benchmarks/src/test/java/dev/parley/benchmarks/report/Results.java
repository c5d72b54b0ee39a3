package dev.parley.benchmarks.report;

import dev.parley.benchmarks.machine.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A result as a run makes it. */
final class Results {
    static final Plot LINES = Plot.lines(
            "Rising",
            "rate",
            "ms",
            Map.of(
                    "Parley", new Plot.Curve(List.of(1.0, 10.0), List.of(2.0, 3.0)),
                    "a <b> & c", new Plot.Curve(List.of(2.0), List.of(40.0))));
    static final Plot BARS = Plot.bars("Beside", "ms", Map.of("Parley", 3.0, "nginx", 6.0));

    private Results() {}

    static BenchmarkResult with(double millis) {
        Findings findings = new Findings("first-token", "Time to first token")
                .row("first token, median", "≤ 3 ms", millis + " ms", millis <= 3)
                .stated("what <b> & c", "seen")
                .table("Percentiles", List.of("", "p50"), List.of(List.of("Parley", "1 ms")))
                .lower("first-token.median", millis, "ms", 0.2)
                .plot(LINES)
                .plot(BARS)
                .note("A note.");
        return new BenchmarkResult(
                new Machine("Some CPU", 2, 4_096, "Linux 6", "25", "abc123"),
                Instant.EPOCH,
                Duration.ofSeconds(90),
                "QUICK",
                List.of(findings));
    }
}
