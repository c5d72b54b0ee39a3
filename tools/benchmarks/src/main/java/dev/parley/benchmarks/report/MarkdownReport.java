package dev.parley.benchmarks.report;

import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A result as Markdown, for the terminal and for {@code result.md}. */
public final class MarkdownReport {
    private MarkdownReport() {}

    public static String of(BenchmarkResult result) {
        StringBuilder text = new StringBuilder("# Parley, measured\n%s. %s run of %d s, ended %s.\n\n"
                .formatted(
                        result.machine().sentence(),
                        result.mode().toLowerCase(Locale.ROOT),
                        result.took().toSeconds(),
                        result.ended().truncatedTo(ChronoUnit.SECONDS)));
        List<List<String>> rows = result.findings().stream()
                .flatMap(findings -> findings.rows().stream())
                .map(row -> List.of(
                        row.what(),
                        row.target(),
                        row.seen(),
                        row.status().name().toLowerCase(Locale.ROOT)))
                .toList();
        table(text, List.of("what", "target", "seen", "status"), rows);
        for (Findings findings : result.findings()) {
            text.append("\n## ").append(findings.title()).append('\n');
            for (Findings.Table table : findings.tables()) {
                text.append('\n').append(table.title()).append(":\n\n");
                table(text, table.head(), table.lines());
            }
            findings.notes().forEach(note -> text.append("\n- ").append(note).append('\n'));
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
