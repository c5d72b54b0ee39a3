package dev.parley.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The results of one scenario.
 *
 * @param rows its lines in the table of targets
 * @param tables the figures in detail
 * @param figures the numbers that the next run is compared with
 */
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

    /** Whether a target is met. */
    public enum Status {
        MET,
        MISSED,
        /** There is no target. */
        STATED
    }

    /** A line of the table of targets. */
    public record Row(String what, String target, String seen, Status status) {}

    /** A table whose first column names a system, say. */
    public record Table(String title, List<String> head, List<List<String>> lines) {
        public Table {
            head = List.copyOf(head);
            lines = lines.stream().map(List::copyOf).toList();
        }
    }

    /** Which direction of a figure is an improvement. */
    public enum Better {
        LOWER,
        HIGHER
    }

    /**
     * A number that the next run is compared with.
     *
     * @param name the same in every run, such as {@code first-token.added-median}
     * @param noise the relative change between runs of an unchanged system: 0.2 is 20 %
     */
    public record Figure(String name, double value, String unit, Better better, double noise) {}

    /** Collects the results of one scenario while it runs. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final List<Row> rows = new ArrayList<>();
        private final List<Table> tables = new ArrayList<>();
        private final List<Figure> figures = new ArrayList<>();
        private final List<Plot> plots = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        public Builder(String name, String title) {
            this.name = name;
            this.title = title;
        }

        /** Adds a row with a target. */
        public Builder row(String what, String target, String seen, boolean met) {
            rows.add(new Row(what, target, seen, met ? Status.MET : Status.MISSED));
            return this;
        }

        /** Adds a row without a target. */
        public Builder stated(String what, String seen) {
            rows.add(new Row(what, "stated", seen, Status.STATED));
            return this;
        }

        public Builder table(String title, List<String> head, List<List<String>> lines) {
            tables.add(new Table(title, head, lines));
            return this;
        }

        /** Adds a figure that is better if it is lower. */
        public Builder lower(String name, double value, String unit, double noise) {
            figures.add(new Figure(name, value, unit, Better.LOWER, noise));
            return this;
        }

        /** Adds a figure that is better if it is higher. */
        public Builder higher(String name, double value, String unit, double noise) {
            figures.add(new Figure(name, value, unit, Better.HIGHER, noise));
            return this;
        }

        public Builder plot(Plot plot) {
            plots.add(plot);
            return this;
        }

        public Builder note(String note) {
            notes.add(note);
            return this;
        }

        public Findings build() {
            return new Findings(name, title, rows, tables, figures, plots, notes);
        }
    }
}
