package dev.parley.experiment.report;

import dev.parley.similar.Share;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** An estimate with its 95 % interval, which is without bounds if there are too few values for one. */
record Interval(double estimate, double low, double high) {
    private static final double Z = 1.96;

    /** The quantiles of Student's distribution, from one degree of freedom on. */
    private static final double[] STUDENT = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228};

    /** With fewer values, not even their range has the median with 95 %. */
    private static final int MEDIAN_VALUES_MIN = 6;

    static Interval share(long count, long of) {
        Share share = Share.of(count, of);
        return new Interval(share.value(), share.low(), share.high());
    }

    private static Interval unbounded(double estimate) {
        return new Interval(estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** Multiplied, with so many decimals: {@code 90.0 (76.9 to 96.0)}, or {@code 90.0} without bounds. */
    String text(int factor, int decimals) {
        String number = "%." + decimals + "f";
        return String.format(
                Locale.ROOT,
                Double.isInfinite(low) ? number : number + " (" + number + " to " + number + ")",
                factor * estimate,
                factor * low,
                factor * high);
    }

    /** A mean; empty without values. */
    static Optional<Interval> mean(double... values) {
        if (values.length == 0) {
            return Optional.empty();
        }
        double mean = DoubleStream.of(values).average().orElseThrow();
        double squares = DoubleStream.of(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        if (values.length == 1) {
            return Optional.of(unbounded(mean));
        }
        double half = student(values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length);
        return Optional.of(new Interval(mean, mean - half, mean + half));
    }

    /** With few values, their deviation is uncertain too. */
    private static double student(int freedom) {
        double f = freedom;
        return freedom <= STUDENT.length
                ? STUDENT[freedom - 1]
                // Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5, at 1.96.
                : Z + 2.3723 / f + 2.8225 / (f * f) + 2.5559 / (f * f * f);
    }

    /** A median, with the values at the binomial ranks around it; empty without values. */
    static Optional<Interval> median(double... values) {
        if (values.length == 0) {
            return Optional.empty();
        }
        double[] sorted = DoubleStream.of(values).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        if (sorted.length < MEDIAN_VALUES_MIN) {
            return Optional.of(unbounded(median));
        }
        double half = Z * Math.sqrt(sorted.length) / 2;
        double middle = (sorted.length - 1) / 2.0;
        int low = (int) Math.max(0, Math.floor(middle - half));
        int high = (int) Math.min(sorted.length - 1, Math.ceil(middle + half));
        return Optional.of(new Interval(median, sorted[low], sorted[high]));
    }
}
