package dev.parley.evaluate.router;

import dev.parley.evaluate.router.RouterTable.Row;
import dev.parley.router.Calibration;
import dev.parley.router.QuestionScorer;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the shipped router on a table, against the length of the question, a random choice and an oracle.
 *
 * @param n the number of questions
 * @param weak the mean score of the cheaper model
 * @param strong the mean score of the stronger model
 * @param ece the calibration error of the probability that the cheaper model suffices
 */
record RouterFigures(
        int n,
        double weak,
        double strong,
        double routerQ95,
        double lengthQ95,
        double randomQ95,
        double oracleQ95,
        double ece) {
    static RouterFigures of(List<Row> rows, QuestionScorer scorer, Calibration calibration) {
        ToDoubleFunction<Row> score = row -> scorer.score(row.question());
        ToDoubleFunction<Row> suffices = row -> calibration.suffices(score.applyAsDouble(row));
        return new RouterFigures(
                rows.size(),
                ScoredRows.weak(rows),
                ScoredRows.strong(rows),
                new ScoredRows(rows, score).q95(),
                new ScoredRows(rows, row -> row.question().length()).q95(),
                ScoredRows.randomQ95(rows),
                new ScoredRows(rows, row -> row.strong() - row.weak()).q95(),
                new ScoredRows(rows, suffices).calibrationError());
    }
}
