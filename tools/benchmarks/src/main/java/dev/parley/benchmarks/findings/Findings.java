package dev.parley.benchmarks.findings;

import java.util.List;
import java.util.stream.Stream;

/** What one scenario has found. */
public record Findings(
        String name,
        String title,
        List<Row> rows,
        List<Table> tables,
        List<Figure> figures,
        List<Plot> plots,
        List<String> notes) {
    public Findings {
        rows = List.copyOf(rows);
        tables = List.copyOf(tables);
        figures = List.copyOf(figures);
        plots = List.copyOf(plots);
        notes = List.copyOf(notes);
    }

    /** The same, and something that a reader has to know. */
    public Findings with(String note) {
        return new Findings(
                name,
                title,
                rows,
                tables,
                figures,
                plots,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }
}
