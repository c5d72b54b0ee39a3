package dev.parley.evaluate.router;

import dev.parley.evaluate.router.RouterTable.Row;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The questions of a table with a score: those with the highest scores go to the stronger model first. */
final class ScoredRows {
    private static final double ENOUGH = 0.95;
    private static final double ROUNDING = 1e-12;
    private static final int BINS = 10;

    private final List<Row> rows;
    private final double[] scores;

    ScoredRows(List<Row> rows, ToDoubleFunction<Row> score) {
        this.scores = rows.stream().mapToDouble(score).toArray();
        this.rows = List.copyOf(rows);
    }

    /** The indices of the rows, in ascending order of the score; of equal scores, the later row first. */
    private List<Integer> ascending() {
        return IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i]).thenComparing(Comparator.reverseOrder()))
                .toList();
    }

    static double weak(List<Row> rows) {
        return rows.stream().mapToDouble(Row::weak).average().orElseThrow();
    }

    static double strong(List<Row> rows) {
        return rows.stream().mapToDouble(Row::strong).average().orElseThrow();
    }

    /** The share of strong calls, in per cent, with which a random choice reaches 95 % of the stronger model's quality. */
    static double randomQ95(List<Row> rows) {
        double weak = weak(rows);
        double strong = strong(rows);
        return weak >= ENOUGH * strong ? 0 : 100 * (ENOUGH * strong - weak) / (strong - weak);
    }

    /** The share of strong calls, in per cent, that reaches 95 % of the stronger model's quality. */
    double q95() {
        double needed = ENOUGH * strong(rows) * rows.size() - ROUNDING * rows.size();
        double quality = weak(rows) * rows.size();
        int calls = 0;
        for (int i : ascending().reversed()) {
            if (quality >= needed) {
                break;
            }
            quality += rows.get(i).strong() - rows.get(i).weak();
            calls++;
        }
        return 100.0 * calls / rows.size();
    }

    /** The calibration error, if the scores are probabilities that the cheaper model suffices: of ten bins of equal size. */
    double calibrationError() {
        List<Integer> order = ascending();
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            List<Integer> part = order.subList(bin * rows.size() / BINS, (bin + 1) * rows.size() / BINS);
            double difference = part.stream()
                    .mapToDouble(i -> scores[i] - (rows.get(i).sufficient() ? 1 : 0))
                    .sum();
            error += Math.abs(difference) / rows.size();
        }
        return error;
    }
}
