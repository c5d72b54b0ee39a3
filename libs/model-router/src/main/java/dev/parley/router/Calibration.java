package dev.parley.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * What a score means for a pair of models, as measured on judged questions. A CSV file that a person can read and review:
 * comments with the pair and the number of questions, a header, and one line per point.
 *
 * @param pair the models that were compared; empty for the shipped one, which is measured on other models
 * @param questions how many were judged
 * @param points in ascending order of the score
 */
public record Calibration(Optional<ModelPair> pair, long questions, List<Point> points) {
    /** The fewest judged questions of a calibration. */
    public static final int QUESTIONS_MIN = 300;

    private static final String VERSION = "# version: ";
    private static final String KNOWN_VERSION = "1";
    private static final String PAIR = "# pair: ";
    private static final String QUESTIONS = "# questions: ";
    private static final String HEADER = "score,suffices,strong_share,quality_loss";

    /**
     * What follows if questions with at most this score are answered by the cheaper model.
     *
     * @param suffices the probability that the cheaper model suffices at this score
     * @param strongShare the share of questions with a higher score
     * @param qualityLoss the share of the stronger model's quality that is lost
     */
    public record Point(double score, double suffices, double strongShare, double qualityLoss) {
        /** Throws an {@link IllegalArgumentException} if a value is infinite or not a number. */
        public Point {
            if (!DoubleStream.of(score, suffices, strongShare, qualityLoss).allMatch(Double::isFinite)) {
                throw new IllegalArgumentException("the values of a point are finite numbers");
            }
        }
    }

    /** Throws an {@link IllegalArgumentException} if it has too few questions, no point, or points in disorder. */
    public Calibration {
        points = List.copyOf(points);
        if (questions < QUESTIONS_MIN || points.isEmpty()) {
            throw new IllegalArgumentException("a calibration needs " + QUESTIONS_MIN + " questions, and points");
        }
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i - 1).score() >= points.get(i).score()) {
                throw new IllegalArgumentException("the scores of a calibration ascend");
            }
        }
    }

    /** The one that is shipped with the weights. */
    public static Calibration shipped() {
        return parse(QuestionScorer.lines("router-calibration.csv"));
    }

    /** Whether it was measured on these models. */
    public boolean isOf(ModelPair models) {
        return pair.equals(Optional.of(models));
    }

    /** The probability that the cheaper model suffices: between points, on the line that joins them. */
    public double suffices(double score) {
        if (score <= points.getFirst().score()) {
            return points.getFirst().suffices();
        }
        for (int i = 1; i < points.size(); i++) {
            Point above = points.get(i);
            if (score <= above.score()) {
                Point below = points.get(i - 1);
                double part = (score - below.score()) / (above.score() - below.score());
                return below.suffices() + part * (above.suffices() - below.suffices());
            }
        }
        return points.getLast().suffices();
    }

    /** The highest score at which the cheaper model may answer; empty if it may answer no question. */
    public Optional<Double> threshold(RoutingTarget target) {
        return switch (target) {
            case RoutingTarget.StrongShare(double share) -> highest(point -> point.strongShare() >= share);
            case RoutingTarget.QualityLoss(double share) -> highest(point -> point.qualityLoss() <= share);
        };
    }

    /** The highest score up to which all points are allowed. */
    private Optional<Double> highest(Predicate<Point> allowed) {
        return points.stream().takeWhile(allowed).map(Point::score).reduce((_, higher) -> higher);
    }

    /** Reads a calibration; throws an {@link IllegalArgumentException} if it is none. */
    public static Calibration parse(List<String> lines) {
        Optional<ModelPair> pair = Optional.empty();
        long questions = 0;
        List<Point> points = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(VERSION) && !line.equals(VERSION + KNOWN_VERSION)) {
                throw new IllegalArgumentException("not a version of calibrations known here: " + line);
            } else if (line.startsWith(PAIR)) {
                pair = Optional.of(pair(line));
            } else if (line.startsWith(QUESTIONS)) {
                questions = Long.parseLong(line.substring(QUESTIONS.length()));
            } else if (!line.startsWith("#") && !line.isBlank() && !line.equals(HEADER)) {
                points.add(point(line));
            }
        }
        return new Calibration(pair, questions, points);
    }

    /** The lines of its file, from which {@link #parse} reads it again, with comments. */
    public List<String> lines(String... comments) {
        List<String> lines = new ArrayList<>();
        for (String comment : comments) {
            lines.add("# " + comment);
        }
        lines.add(VERSION + KNOWN_VERSION);
        pair.ifPresent(models -> lines.add(PAIR + models.strong() + " " + models.cheaper()));
        lines.add(QUESTIONS + questions);
        lines.add(HEADER);
        for (Point point : points) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s,%.4f,%.4f,%.4f",
                    point.score(),
                    point.suffices(),
                    point.strongShare(),
                    point.qualityLoss()));
        }
        return lines;
    }

    private static ModelPair pair(String line) {
        String[] models = line.substring(PAIR.length()).split(" ", -1);
        if (models.length != 2) {
            throw new IllegalArgumentException("not a pair of models: " + line);
        }
        return new ModelPair(models[0], models[1]);
    }

    /** Writes its file. Replaces an earlier one at once, because inference-service reads it when it changes. */
    public void write(Path file, String... comments) throws IOException {
        Path written = Files.write(file.resolveSibling(file.getFileName() + ".new"), lines(comments));
        Path _ = Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Point point(String line) {
        String[] values = line.split(",", -1);
        if (values.length != 4) {
            throw new IllegalArgumentException("not a point of a calibration: " + line);
        }
        return new Point(
                Double.parseDouble(values[0]),
                Double.parseDouble(values[1]),
                Double.parseDouble(values[2]),
                Double.parseDouble(values[3]));
    }
}
