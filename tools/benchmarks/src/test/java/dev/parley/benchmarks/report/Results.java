package dev.parley.benchmarks.report;

import dev.parley.benchmarks.machine.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A result as a run makes it. */
final class Results {
    static final Plot LINES = new Plot.Lines(
            "Rising",
            "rate",
            "ms",
            List.of(
                    new Plot.Curve("Parley", List.of(new Plot.Point(1, 2), new Plot.Point(10, 3))),
                    new Plot.Curve("a <b> & c", List.of(new Plot.Point(2, 40)))));
    static final Plot BARS =
            new Plot.Bars("Beside", "ms", List.of(new Plot.Bar("Parley", 3), new Plot.Bar("nginx", 6)));

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
