package dev.parley.gateway.pulse;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.DoubleStream;

/** How long something took, in milliseconds: half of the cases at most {@code p50}, all but one in twenty at most {@code p95}. */
public record Spread(long count, double p50, double p95) {
    /** Of these values; empty of none. */
    static Optional<Spread> of(DoubleStream values) {
        double[] sorted = values.toArray();
        if (sorted.length == 0) {
            return Optional.empty();
        }
        Arrays.sort(sorted);
        return Optional.of(new Spread(sorted.length, rank(sorted, 0.50), rank(sorted, 0.95)));
    }

    /**
     * Of a histogram, as exact as its buckets are fine: the upper end of the bucket in which the value lies.
     *
     * @param cumulative by upper end in seconds, how many were at most as long; the last is all
     */
    static Optional<Spread> ofBuckets(SortedMap<Double, Double> cumulative) {
        double count = cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
        if (count <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Spread(Math.round(count), bucket(cumulative, count * 0.50), bucket(cumulative, count * 0.95)));
    }

    private static double bucket(SortedMap<Double, Double> cumulative, double rank) {
        double finite = 0;
        for (var bucket : cumulative.entrySet()) {
            if (bucket.getKey().isInfinite()) {
                break;
            }
            finite = bucket.getKey() * 1_000;
            if (bucket.getValue() >= rank) {
                break;
            }
        }
        return finite;
    }

    /** The nearest rank: a value that has occurred. */
    private static double rank(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
