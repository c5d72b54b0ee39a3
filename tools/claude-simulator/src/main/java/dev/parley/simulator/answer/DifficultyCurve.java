package dev.parley.simulator.answer;

import java.util.Arrays;
import java.util.List;

/** The probability that a model answers right, by the difficulty of the question: points, joined by lines. */
public record DifficultyCurve(List<Point> points) {
    private static final DifficultyCurve ALWAYS_RIGHT = new DifficultyCurve(List.of(new Point(0, 1)));

    /**
     * A point of a curve.
     *
     * @param difficulty from 0 to 1
     * @param right the probability of a right answer, from 0 to 1
     */
    public record Point(double difficulty, double right) {
        public Point {
            if (!(difficulty >= 0 && difficulty <= 1 && right >= 0 && right <= 1)) {
                throw new IllegalArgumentException("difficulty and probability are numbers from 0 to 1");
            }
        }
    }

    public DifficultyCurve {
        points = List.copyOf(points);
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i - 1).difficulty() >= points.get(i).difficulty()) {
                throw new IllegalArgumentException("the difficulties of a curve ascend");
            }
        }
    }

    static DifficultyCurve alwaysRight() {
        return ALWAYS_RIGHT;
    }

    /**
     * Reads a curve such as {@code 0:1 0.4:0.95 1:0.2}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static DifficultyCurve parse(String text) {
        return new DifficultyCurve(Arrays.stream(text.strip().split("\\s+"))
                .map(point -> point.split(":", -1))
                .map(point -> {
                    if (point.length != 2) {
                        throw new IllegalArgumentException("a point is DIFFICULTY:PROBABILITY");
                    }
                    return new Point(Double.parseDouble(point[0]), Double.parseDouble(point[1]));
                })
                .toList());
    }

    /** The probability of a right answer; that of the nearest point beyond both ends. */
    double right(double difficulty) {
        Point before = points.getFirst();
        for (Point next : points) {
            if (difficulty <= next.difficulty()) {
                double width = next.difficulty() - before.difficulty();
                double part = width == 0 ? 0 : (difficulty - before.difficulty()) / width;
                return before.right() + Math.max(0, part) * (next.right() - before.right());
            }
            before = next;
        }
        return before.right();
    }
}
