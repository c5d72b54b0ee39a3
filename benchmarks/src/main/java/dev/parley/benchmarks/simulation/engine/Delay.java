package dev.parley.benchmarks.simulation.engine;

import java.util.Random;

/**
 * A time that nobody works in, drawn from a log-normal distribution: mostly near its median, sometimes much longer. In seconds.
 *
 * @param median 0 is no delay
 * @param spread standard deviation of the logarithm
 */
public record Delay(double median, double spread) {
    /** The standard normal distribution's 99th percentile. */
    private static final double NORMAL_P99 = 2.3263;

    public static Delay of(double median, double p99) {
        return new Delay(median, median <= 0 ? 0 : Math.log(Math.max(1, p99 / median)) / NORMAL_P99);
    }

    /**
     * One of so many equal and independent delays that together make this one: with a share of its mean and of its variance
     * (Fenton and Wilkinson's approximation, backwards).
     */
    public Delay part(int parts) {
        double mean = median * Math.exp(spread * spread / 2);
        double each = Math.sqrt(Math.log1p(parts * Math.expm1(spread * spread)));
        return new Delay(mean / parts / Math.exp(each * each / 2), each);
    }

    public double next(Random random) {
        return median <= 0 ? 0 : median * Math.exp(spread * random.nextGaussian());
    }

    public double mean() {
        return median * Math.exp(spread * spread / 2);
    }
}
