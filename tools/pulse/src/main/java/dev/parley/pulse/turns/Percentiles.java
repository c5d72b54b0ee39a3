package dev.parley.pulse.turns;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.DoubleStream;

/** Median and 95th percentile of durations in milliseconds. */
public record Percentiles(long count, double p50, double p95) {
    /** By nearest rank, so each is one of the values; empty without values. */
    static Optional<Percentiles> of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted.length == 0
                ? Optional.empty()
                : Optional.of(new Percentiles(sorted.length, rank(sorted, 0.50), rank(sorted, 0.95)));
    }

    /**
     * Of a histogram: the upper bound of the bucket that holds the value.
     *
     * @param cumulative by upper bound in seconds, how many values are at most that; the last one counts all
     */
    public static Optional<Percentiles> ofBuckets(SortedMap<Double, Double> cumulative) {
        double count = cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
        return count <= 0
                ? Optional.empty()
                : Optional.of(new Percentiles(
                        Math.round(count), bucket(cumulative, count * 0.50), bucket(cumulative, count * 0.95)));
    }

    /** In milliseconds; at most the last finite bound. */
    private static double bucket(SortedMap<Double, Double> cumulative, double rank) {
        double seconds = 0;
        for (Map.Entry<Double, Double> bucket :
                cumulative.headMap(Double.POSITIVE_INFINITY).entrySet()) {
            seconds = bucket.getKey();
            if (bucket.getValue() >= rank) {
                break;
            }
        }
        return seconds * 1_000;
    }

    private static double rank(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
