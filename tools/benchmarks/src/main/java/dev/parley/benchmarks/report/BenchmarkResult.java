package dev.parley.benchmarks.report;

import dev.parley.benchmarks.machine.Machine;
import dev.parley.benchmarks.report.Findings.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The result of one run. */
public record BenchmarkResult(Machine machine, Instant ended, Duration took, String mode, List<Findings> findings) {
    /** Whether a scenario could not be measured. */
    public boolean hasFailed() {
        return findings.stream().flatMap(each -> each.rows().stream()).anyMatch(row -> row.status() == Status.FAILED);
    }

    /** For the terminal, and for {@code result.md}. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Parley, measured\n%s. %s run of %d s, ended %s.\n\n"
                .formatted(
                        machine.sentence(),
                        mode.toLowerCase(Locale.ROOT),
                        took.toSeconds(),
                        ended.truncatedTo(ChronoUnit.SECONDS)));
        List<List<String>> rows = findings.stream()
                .flatMap(each -> each.rows().stream())
                .map(row -> List.of(
                        row.what(),
                        row.target(),
                        row.seen(),
                        row.status().name().toLowerCase(Locale.ROOT)))
                .toList();
        table(text, List.of("what", "target", "seen", "status"), rows);
        for (Findings each : findings) {
            text.append("\n## ").append(each.title()).append('\n');
            for (Findings.Table table : each.tables()) {
                text.append('\n').append(table.title()).append(":\n\n");
                table(text, table.head(), table.lines());
            }
            each.notes().forEach(note -> text.append("\n- ").append(note).append('\n'));
        }
        return text.toString();
    }

    private static void table(StringBuilder text, List<String> head, List<List<String>> lines) {
        line(text, head);
        line(text, Collections.nCopies(head.size(), "---"));
        lines.forEach(cells -> line(text, cells));
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
