package dev.parley.benchmarks.report;

import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Result;
import dev.parley.benchmarks.findings.Table;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A result as Markdown, which is also what the terminal shows. */
public final class MarkdownReport {
    private MarkdownReport() {}

    public static String of(Result result) {
        StringBuilder text = new StringBuilder("# Parley, measured\n")
                .append(result.machine().sentence())
                .append(". ")
                .append(run(result))
                .append(".\n\n");
        line(text, List.of("what", "target", "seen", "verdict"));
        line(text, Collections.nCopies(4, "---"));
        for (Findings findings : result.findings()) {
            findings.rows()
                    .forEach(row -> line(
                            text,
                            List.of(
                                    row.what(),
                                    row.target(),
                                    row.seen(),
                                    row.verdict().name().toLowerCase(Locale.ROOT))));
        }
        result.findings().forEach(findings -> details(text, findings));
        return text.toString();
    }

    /** What stands behind the rows of some findings. */
    public static String details(Findings findings) {
        StringBuilder text = new StringBuilder();
        details(text, findings);
        return text.toString();
    }

    static String run(Result result) {
        return result.effort().toLowerCase(Locale.ROOT) + " run of "
                + result.took().toSeconds() + " s, ended " + result.ended().truncatedTo(ChronoUnit.SECONDS);
    }

    private static void details(StringBuilder text, Findings findings) {
        text.append("\n## ").append(findings.title()).append('\n');
        for (Table table : findings.tables()) {
            text.append('\n').append(table.title()).append(":\n\n");
            line(text, table.head());
            line(text, Collections.nCopies(table.head().size(), "---"));
            table.lines().forEach(cells -> line(text, cells));
        }
        findings.notes().forEach(note -> text.append("\n- ").append(note).append('\n'));
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
