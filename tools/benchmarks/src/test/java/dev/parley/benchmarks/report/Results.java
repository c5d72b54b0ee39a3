package dev.parley.benchmarks.report;

import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Plot;
import dev.parley.benchmarks.findings.Result;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.machine.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A result as a run makes it. */
final class Results {
    private Results() {}

    static Result with(double millis) {
        Findings findings = new Findings(
                "first-token",
                "Time to first token",
                List.of(
                        Row.judged("first token, median", "≤ 3 ms", millis + " ms", millis <= 3),
                        Row.stated("what <b> & c", "seen")),
                List.of(new Table("Percentiles", List.of("", "p50"), List.of(List.of("Parley", "1 ms")))),
                List.of(Figure.lower("first-token.median", millis, "ms", 0.2)),
                List.of(
                        new Plot.Lines(
                                "Rising",
                                new Plot.Axis("rate", true),
                                new Plot.Axis("ms", false),
                                List.of(new Plot.Curve(
                                        "Parley", List.of(new Plot.Point(1, 2), new Plot.Point(10, 3))))),
                        new Plot.Bars("Beside", "ms", List.of(new Plot.Bar("Parley", "Parley", 3)))),
                List.of("A note."));
        return new Result(
                new Machine("Some CPU", 2, 4_096, "Linux 6", "25", "abc123"),
                Instant.EPOCH,
                Duration.ofSeconds(90),
                "QUICK",
                List.of(findings));
    }
}
