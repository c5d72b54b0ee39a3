package dev.parley.experiment.report;

import java.util.Optional;
import java.util.stream.DoubleStream;

/** An estimate with its 95 % interval. */
record Interval(double estimate, double low, double high) {
    private static final double Z = 1.96;

    /** A share (the score interval of Wilson, 1927). */
    static Interval share(long count, long of) {
        double share = (double) count / of;
        double zz = Z * Z / of;
        double middle = (share + zz / 2) / (1 + zz);
        double half = Z * Math.sqrt(share * (1 - share) / of + zz / (4 * of)) / (1 + zz);
        return new Interval(share, Math.max(0, middle - half), Math.min(1, middle + half));
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
        double half = values.length == 1 ? 0 : Z * Math.sqrt(squares / (values.length - 1) / values.length);
        return Optional.of(new Interval(mean, mean - half, mean + half));
    }

    /** A median, with the values at the binomial ranks around it; empty without values. */
    static Optional<Interval> median(double... values) {
        if (values.length == 0) {
            return Optional.empty();
        }
        double[] sorted = DoubleStream.of(values).sorted().toArray();
        double half = Z * Math.sqrt(sorted.length) / 2;
        double middle = (sorted.length - 1) / 2.0;
        int low = (int) Math.max(0, Math.floor(middle - half));
        int high = (int) Math.min(sorted.length - 1, Math.ceil(middle + half));
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return Optional.of(new Interval(median, sorted[low], sorted[high]));
    }
}
