package dev.parley.experiment.report;

import dev.parley.similar.Share;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** An estimate with its 95 % interval. */
record Interval(double estimate, double low, double high) {
    private static final double Z = 1.96;

    static Interval share(long count, long of) {
        Share share = Share.of(count, of);
        return new Interval(share.value(), share.low(), share.high());
    }

    /** Multiplied, with so many decimals: {@code 90.0 (76.9 to 96.0)}. */
    String text(int factor, int decimals) {
        String number = "%." + decimals + "f";
        return String.format(
                Locale.ROOT,
                number + " (" + number + " to " + number + ")",
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
