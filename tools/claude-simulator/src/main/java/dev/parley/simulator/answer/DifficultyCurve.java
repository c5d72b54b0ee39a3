package dev.parley.simulator.answer;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The probability that a model answers right, by the difficulty of the question.
 *
 * @param points probabilities by difficulties, both from 0 to 1, at least one; they are joined by lines
 */
public record DifficultyCurve(NavigableMap<Double, Double> points) {
    static final DifficultyCurve ALWAYS_RIGHT = parse("0:1");

    public DifficultyCurve {
        points.forEach((difficulty, right) -> {
            if (!(difficulty >= 0 && difficulty <= 1 && right >= 0 && right <= 1)) {
                throw new IllegalArgumentException("difficulty and probability are numbers from 0 to 1");
            }
        });
    }

    /**
     * Reads a curve such as {@code 0:1 0.4:0.95 1:0.2}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static DifficultyCurve parse(String text) {
        NavigableMap<Double, Double> points = new TreeMap<>();
        Arrays.stream(text.strip().split("\\s+"))
                .map(point -> point.split(":", -1))
                .forEach(point -> {
                    if (point.length != 2) {
                        throw new IllegalArgumentException("a point is DIFFICULTY:PROBABILITY");
                    }
                    points.put(Double.valueOf(point[0]), Double.valueOf(point[1]));
                });
        return new DifficultyCurve(points);
    }

    /** The probability of a right answer; that of the nearest point beyond both ends. */
    double right(double difficulty) {
        Map.Entry<Double, Double> before = points.floorEntry(difficulty);
        Map.Entry<Double, Double> after = points.ceilingEntry(difficulty);
        if (before == null) {
            return after == null ? 1 : after.getValue();
        }
        if (after == null) {
            return before.getValue();
        }
        double width = after.getKey() - before.getKey();
        double part = width == 0 ? 0 : (difficulty - before.getKey()) / width;
        return before.getValue() + part * (after.getValue() - before.getValue());
    }
}
