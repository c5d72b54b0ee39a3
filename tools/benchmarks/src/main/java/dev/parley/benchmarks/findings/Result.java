package dev.parley.benchmarks.findings;

import dev.parley.benchmarks.machine.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** All that a run has found, and on what. */
public record Result(Machine machine, Instant ended, Duration took, String effort, List<Findings> findings) {
    public Result {
        findings = List.copyOf(findings);
    }
}
