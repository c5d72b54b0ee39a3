package dev.parley.benchmarks.report;

import dev.parley.benchmarks.machine.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The result of one run. */
public record BenchmarkResult(Machine machine, Instant ended, Duration took, String mode, List<Findings> findings) {
    public BenchmarkResult {
        findings = List.copyOf(findings);
    }
}
