package dev.parley.experiment.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** The figures of the groups as rows of text, the first of them the header. */
final class TextTable {
    private static final String NONE = "-";

    private TextTable() {}

    static List<List<String>> rows(List<TrialGroup> groups) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "by",
                "group",
                "trials",
                "suffices %",
                "better",
                "equal",
                "worse",
                "original USD/1,000",
                "asked USD/1,000",
                "saved USD/1,000",
                "original first ms",
                "asked first ms",
                "original last ms",
                "asked last ms"));
        groups.forEach(group -> rows.add(row(group)));
        return rows;
    }

    private static List<String> row(TrialGroup group) {
        return List.of(
                group.by(),
                group.name(),
                Long.toString(group.trials()),
                percent(group.sufficient()),
                Long.toString(group.better()),
                Long.toString(group.equal()),
                Long.toString(group.worse()),
                thousand(group.originalUsd()),
                thousand(group.askedUsd()),
                thousand(group.savedUsd()),
                milliseconds(group.originalFirstTokenMs()),
                milliseconds(group.askedFirstTokenMs()),
                milliseconds(group.originalTotalMs()),
                milliseconds(group.askedTotalMs()));
    }

    static String percent(Interval share) {
        return format(new Interval(100 * share.estimate(), 100 * share.low(), 100 * share.high()), 1);
    }

    private static String thousand(Optional<Interval> usd) {
        return usd.map(each -> format(new Interval(1000 * each.estimate(), 1000 * each.low(), 1000 * each.high()), 3))
                .orElse(NONE);
    }

    private static String milliseconds(Optional<Interval> median) {
        return median.map(each -> format(each, 0)).orElse(NONE);
    }

    private static String format(Interval interval, int decimals) {
        String number = "%." + decimals + "f";
        return String.format(
                Locale.ROOT,
                number + " (" + number + " to " + number + ")",
                interval.estimate(),
                interval.low(),
                interval.high());
    }

    /** The rows in columns of equal width. */
    static String aligned(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                line.append(row.get(column))
                        .repeat(" ", widths[column] - row.get(column).length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
