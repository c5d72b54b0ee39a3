package dev.parley.evaluate.router;

import dev.parley.evaluate.router.RouterTable.Row;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingTarget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Fits a calibration to one half of the judged questions, and measures it on the other. */
final class CalibrationFit {
    private static final int POINTS = 50;
    private static final int RESAMPLES = 1000;
    private static final long SEED = 7;

    private record Scored(double score, Row row) {}

    /** Neighbouring questions with the same probability. */
    private record Block(double sufficient, int count) {
        double probability() {
            return sufficient / count;
        }

        Block with(Block next) {
            return new Block(sufficient + next.sufficient, count + next.count);
        }
    }

    /**
     * What the threshold of a target does on the questions that it was not fitted to.
     *
     * @param strongShare the share of questions for the stronger model
     * @param qualityLoss the share of its quality that is lost
     * @param lossAtLeast the lower end of the 95 % interval of the loss
     * @param lossAtMost the upper end
     */
    record Report(double strongShare, double qualityLoss, double lossAtLeast, double lossAtMost) {}

    private final ModelPair pair;
    private final List<Scored> fitted;
    private final List<Scored> held;

    CalibrationFit(ModelPair pair, List<Row> rows, ToDoubleFunction<Row> score) {
        if (rows.size() < Calibration.QUESTIONS_MIN) {
            throw new IllegalArgumentException(
                    "a calibration needs " + Calibration.QUESTIONS_MIN + " judged questions, not " + rows.size());
        }
        List<Scored> scored = new ArrayList<>(rows.stream()
                .map(row -> new Scored(score.applyAsDouble(row), row))
                .toList());
        Collections.shuffle(scored, new Random(SEED));
        this.pair = pair;
        this.fitted = scored.subList(0, scored.size() / 2).stream()
                .sorted(Comparator.comparingDouble(Scored::score))
                .toList();
        this.held = List.copyOf(scored.subList(scored.size() / 2, scored.size()));
    }

    /** The calibration of the first half. It counts the questions of both. */
    Calibration calibration() {
        double[] probabilities = probabilities();
        List<Calibration.Point> points = new ArrayList<>();
        for (int i = 1; i <= POINTS; i++) {
            int last = i * fitted.size() / POINTS - 1;
            double score = fitted.get(last).score();
            if (points.isEmpty() || points.getLast().score() < score) {
                points.add(new Calibration.Point(
                        score, probabilities[last], strongShare(fitted, score), qualityLoss(fitted, score)));
            }
        }
        return new Calibration(Optional.of(pair), fitted.size() + (long) held.size(), points);
    }

    /** The probabilities of the ascending scores: the nearest ones that do not ascend (isotonic regression). */
    private double[] probabilities() {
        Deque<Block> blocks = new ArrayDeque<>();
        for (Scored one : fitted) {
            Block block = new Block(one.row().sufficient() ? 1 : 0, 1);
            while (!blocks.isEmpty() && blocks.getLast().probability() <= block.probability()) {
                block = blocks.removeLast().with(block);
            }
            blocks.add(block);
        }
        return blocks.stream()
                .flatMapToDouble(block -> IntStream.range(0, block.count()).mapToDouble(_ -> block.probability()))
                .toArray();
    }

    /** The result on the second half. */
    Report report(Calibration calibration, RoutingTarget target) {
        double threshold = calibration.threshold(target).orElse(Double.NEGATIVE_INFINITY);
        Random random = new Random(SEED);
        double[] losses = random.ints(RESAMPLES, 0, Integer.MAX_VALUE)
                .mapToDouble(seed -> qualityLoss(resampled(new Random(seed)), threshold))
                .sorted()
                .toArray();
        return new Report(
                strongShare(held, threshold),
                qualityLoss(held, threshold),
                losses[RESAMPLES / 40],
                losses[RESAMPLES - 1 - RESAMPLES / 40]);
    }

    private List<Scored> resampled(Random random) {
        return random.ints(held.size(), 0, held.size()).mapToObj(held::get).toList();
    }

    private static double strongShare(List<Scored> questions, double threshold) {
        return (double) questions.stream()
                        .filter(one -> one.score() > threshold)
                        .count()
                / questions.size();
    }

    private static double qualityLoss(List<Scored> questions, double threshold) {
        double strong = 0;
        double lost = 0;
        for (Scored one : questions) {
            strong += one.row().strong();
            lost += one.score() > threshold ? 0 : one.row().strong() - one.row().weak();
        }
        return strong == 0 ? 0 : lost / strong;
    }
}
