package dev.parley.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
        @JsonIgnore List<Plot> plots,
        List<String> notes) {
    /** Nothing found yet. The scenario adds to it while it runs. */
    public Findings(String name, String title) {
        this(
                name,
                title,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
    }

    /** Whether a target is met. */
    public enum Status {
        MET,
        MISSED,
        /** The scenario has failed, so some or all of its figures are missing. */
        FAILED,
        /** There is no target. */
        STATED
    }

    /** A line of the table of targets. */
    public record Row(String what, String target, String seen, Status status) {}

    /** A table whose first column names a system, say. */
    public record Table(String title, List<String> head, List<List<String>> lines) {}

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
    public record Figure(String name, double value, String unit, Better better, double noise) {
        /** {@code better  first-token.added-median 9.60 ms, before 13.7 ms (noise ± 25.0 %)}. */
        String comparedWith(double before) {
            return "%-6s  %-32s %s %s, before %s %s (noise ± %s)"
                    .formatted(
                            change(before),
                            name,
                            Format.number(value),
                            unit,
                            Format.number(before),
                            unit,
                            Format.percent(noise));
        }

        /** Within the noise the figure is the same. */
        String change(double before) {
            double more = before == 0 ? 0 : value / before - 1;
            if (Math.abs(more) <= noise) {
                return "same";
            }
            return more > 0 == (better == Better.HIGHER) ? "better" : "worse";
        }
    }

    public Findings row(String what, String target, String seen, boolean met) {
        rows.add(new Row(what, target, seen, met ? Status.MET : Status.MISSED));
        return this;
    }

    /** Adds a row with a time that has a maximum; an invalid one does not meet it. */
    public Findings atMost(String what, double millisMax, double millis, boolean valid, String remark) {
        return row(what, "≤ " + Format.ms(millisMax), Format.ms(millis) + remark, valid && millis <= millisMax);
    }

    /** Adds a row of a scenario that could not be measured. */
    public Findings failed(String what, String reason) {
        rows.add(new Row(what, "to be measured", "it has failed: " + reason, Status.FAILED));
        return this;
    }

    /** Adds a row without a target. */
    public Findings stated(String what, String seen) {
        rows.add(new Row(what, "stated", seen, Status.STATED));
        return this;
    }

    public Findings table(String tableTitle, List<String> head, List<List<String>> lines) {
        tables.add(new Table(tableTitle, head, lines));
        return this;
    }

    public Findings lower(String figure, double value, String unit, double noise) {
        figures.add(new Figure(figure, value, unit, Better.LOWER, noise));
        return this;
    }

    public Findings higher(String figure, double value, String unit, double noise) {
        figures.add(new Figure(figure, value, unit, Better.HIGHER, noise));
        return this;
    }

    public Findings plot(Plot plot) {
        plots.add(plot);
        return this;
    }

    public Findings note(String note) {
        notes.add(note);
        return this;
    }
}
