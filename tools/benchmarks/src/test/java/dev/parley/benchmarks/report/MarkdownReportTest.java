package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownReportTest {
    @Test
    void isATableOfTargetsAndThenTheDetails() {
        assertThat(MarkdownReport.of(Results.with(2)).lines())
                .contains(
                        "| what | target | seen | verdict |",
                        "| first token, median | ≤ 3 ms | 2.0 ms | met |",
                        "## Time to first token",
                        "| Parley | 1 ms |",
                        "- A note.");
    }
}
