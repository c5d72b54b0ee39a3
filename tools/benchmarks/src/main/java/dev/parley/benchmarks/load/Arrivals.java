package dev.parley.benchmarks.load;

import java.util.Random;

/** When requests are due, in nanoseconds after the beginning of a run, independent of answers. */
public final class Arrivals {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] offsets;

    private Arrivals(long[] offsets) {
        this.offsets = offsets;
    }

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
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = Math.round(sums[i] * scale);
        }
        return new Arrivals(offsets);
    }

    /** At equal distances. */
    public static Arrivals even(double perSecond, int count) {
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = Math.round(i * NANOS_PER_SECOND / perSecond);
        }
        return new Arrivals(offsets);
    }

    /** In ascending order. */
    public long[] offsets() {
        return offsets;
    }

    public int count() {
        return offsets.length;
    }

    /** From the beginning until the last request is due. */
    public long span() {
        return offsets.length == 0 ? 0 : offsets[offsets.length - 1];
    }
}
