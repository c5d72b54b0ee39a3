package dev.parley.benchmarks.plot;

import java.util.ArrayList;
import java.util.List;

/** Where values lie between two edges of a picture, and which of them are worth a mark. */
record Scale(double min, double max, boolean logarithmic, double from, double to) {
    private static final int MARKS = 6;

    /** One that has room for all values; a linear one begins at 0. */
    static Scale of(List<Double> values, boolean logarithmic, double from, double to) {
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        if (logarithmic) {
            double low = Math.max(least, 1e-3);
            double high = Math.max(most, low * 1.01);
            return new Scale(low / 1.15, high * 1.15, true, from, to);
        }
        return new Scale(0, Math.max(most * 1.08, 1e-9), false, from, to);
    }

    double at(double value) {
        double share = logarithmic
                ? (Math.log(Math.max(value, min)) - Math.log(min)) / (Math.log(max) - Math.log(min))
                : (value - min) / (max - min);
        return from + share * (to - from);
    }

    /** Round numbers within the scale. */
    List<Double> marks() {
        return logarithmic ? logarithmicMarks() : linearMarks();
    }

    private List<Double> linearMarks() {
        double step = Math.pow(10, Math.floor(Math.log10((max - min) / MARKS)));
        while ((max - min) / step > MARKS) {
            step *= (max - min) / step > 2.5 * MARKS ? 5 : 2;
        }
        List<Double> marks = new ArrayList<>();
        for (int i = 0; min + i * step <= max; i++) {
            marks.add(min + i * step);
        }
        return marks;
    }

    private List<Double> logarithmicMarks() {
        List<Double> marks = new ArrayList<>();
        boolean wide = max / min > 1_000;
        for (double decade = Math.pow(10, Math.floor(Math.log10(min))); decade <= max; decade *= 10) {
            for (int digit : wide ? new int[] {1} : new int[] {1, 2, 5}) {
                if (decade * digit >= min && decade * digit <= max) {
                    marks.add(decade * digit);
                }
            }
        }
        return marks;
    }
}
