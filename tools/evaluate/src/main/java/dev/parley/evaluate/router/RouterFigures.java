package dev.parley.evaluate.router;

import static java.util.stream.Collectors.groupingBy;

import dev.parley.evaluate.router.RouterTable.Row;
import dev.parley.router.Calibration;
import dev.parley.router.QuestionScorer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The figures of the shipped router on a table, against the length of the question, a random choice and an oracle. */
final class RouterFigures {
    private static final int SPLITS = 20;
    private static final int DOMAIN_ROWS_MIN = 50;

    private final QuestionScorer scorer;
    private final Calibration calibration;

    RouterFigures(QuestionScorer scorer, Calibration calibration) {
        this.scorer = scorer;
        this.calibration = calibration;
    }

    /**
     * A table.
     *
     * @param n the number of questions
     * @param weak the mean score of the cheaper model
     * @param strong the mean score of the stronger model
     * @param apgr the average performance gap recovered by the router
     * @param auc of the router, for "the cheaper model does not suffice"
     * @param ece the calibration error of the probability that the cheaper model suffices
     * @param halves over 20 random halves of the table
     * @param domains those with at least 50 questions
     */
    record Table(
            int n,
            double weak,
            double strong,
            double routerQ95,
            double lengthQ95,
            double randomQ95,
            double oracleQ95,
            double apgr,
            double lengthApgr,
            double auc,
            double lengthAuc,
            double ece,
            Halves halves,
            Map<String, Domain> domains) {}

    /** Means and standard deviations over random halves. */
    record Halves(int count, Spread router, Spread length, Spread saved) {}

    record Spread(double mean, double deviation) {
        static Spread of(List<Double> values) {
            double mean = values.stream().mapToDouble(value -> value).average().orElseThrow();
            double variance = values.stream()
                    .mapToDouble(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow();
            return new Spread(mean, Math.sqrt(variance));
        }
    }

    /** The questions of one domain. */
    record Domain(int n, double routerQ95, double lengthQ95) {}

    Table of(List<Row> rows) {
        Map<String, Double> known = new HashMap<>();
        ToDoubleFunction<Row> router = row -> known.computeIfAbsent(row.question(), scorer::score);
        ScoredRows byRouter = new ScoredRows(rows, router);
        ScoredRows byLength = new ScoredRows(rows, RouterFigures::length);
        return new Table(
                rows.size(),
                ScoredRows.weak(rows),
                ScoredRows.strong(rows),
                byRouter.q95(),
                byLength.q95(),
                ScoredRows.randomQ95(rows),
                new ScoredRows(rows, row -> row.strong() - row.weak()).q95(),
                byRouter.apgr(),
                byLength.apgr(),
                byRouter.auc(),
                byLength.auc(),
                new ScoredRows(rows, row -> calibration.suffices(router.applyAsDouble(row))).calibrationError(),
                halves(rows, router),
                domains(rows, router));
    }

    private static double length(Row row) {
        return row.question().length();
    }

    private static Halves halves(List<Row> rows, ToDoubleFunction<Row> router) {
        Random random = new Random(SPLITS);
        List<Double> byRouter = new ArrayList<>();
        List<Double> byLength = new ArrayList<>();
        List<Double> saved = new ArrayList<>();
        for (int split = 0; split < SPLITS; split++) {
            List<Row> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, random);
            List<Row> half = shuffled.subList(0, (rows.size() + 1) / 2);
            byRouter.add(new ScoredRows(half, router).q95());
            byLength.add(new ScoredRows(half, RouterFigures::length).q95());
            saved.add(byLength.getLast() - byRouter.getLast());
        }
        return new Halves(SPLITS, Spread.of(byRouter), Spread.of(byLength), Spread.of(saved));
    }

    private static Map<String, Domain> domains(List<Row> rows, ToDoubleFunction<Row> router) {
        Map<String, Domain> domains = new TreeMap<>();
        rows.stream().collect(groupingBy(Row::domain)).forEach((name, own) -> {
            if (!name.isEmpty() && own.size() >= DOMAIN_ROWS_MIN) {
                domains.put(
                        name,
                        new Domain(
                                own.size(),
                                new ScoredRows(own, router).q95(),
                                new ScoredRows(own, RouterFigures::length).q95()));
            }
        });
        return domains;
    }
}
