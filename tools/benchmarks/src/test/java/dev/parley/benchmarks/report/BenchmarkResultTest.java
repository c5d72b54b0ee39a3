package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchmarkResultTest {
    @Test
    void theMarkdownIsATableOfTargetsAndThenTheDetails() {
        assertThat(Results.with(4).markdown().lines())
                .contains(
                        "| what | target | seen | status |",
                        "| first token, median | ≤ 3 ms | 4.0 ms | missed |",
                        "| what <b> & c | stated | seen | stated |",
                        "## Time to first token",
                        "| Parley | 1 ms |",
                        "- A note.");
    }

    @Test
    void theMarkdownNamesTheMachineAndTheRun() {
        assertThat(Results.with(2).markdown())
                .contains("2 cores (Some CPU), 4096 MiB, Linux 6, JDK 25, commit abc123", "quick run of 90 s");
    }
}
