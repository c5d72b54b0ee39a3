package dev.parley.benchmarks.load;

import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * When requests are due, independent of answers.
 *
 * @param offsets in nanoseconds after the beginning of a run, ascending
 */
public record Arrivals(
        @SuppressWarnings("ArrayRecordComponent") long[] offsets) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** A Poisson process: gaps are exponentially distributed, and the last request is due exactly on time. */
    public static Arrivals random(double perSecond, int count, long seed) {
        Random random = new Random(seed);
        double[] sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += -Math.log(1 - random.nextDouble());
            sums[i] = sum;
        }
        double scale = count / perSecond / sum * NANOS_PER_SECOND;
        return new Arrivals(
                DoubleStream.of(sums).mapToLong(due -> Math.round(due * scale)).toArray());
    }

    /** At equal distances. */
    public static Arrivals even(double perSecond, int count) {
        return new Arrivals(IntStream.range(0, count)
                .mapToLong(i -> Math.round(i * NANOS_PER_SECOND / perSecond))
                .toArray());
    }

    public int count() {
        return offsets.length;
    }

    /** From the beginning until the last request is due. */
    public long span() {
        return offsets.length == 0 ? 0 : offsets[offsets.length - 1];
    }
}
