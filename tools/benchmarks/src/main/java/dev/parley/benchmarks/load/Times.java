package dev.parley.benchmarks.load;

import org.HdrHistogram.Histogram;

/** What a histogram of nanoseconds says, in milliseconds. */
public final class Times {
    private static final double NANOS_PER_MILLI = 1e6;

    private Times() {}

    /** The time that so many percent do not exceed. */
    public static double millis(Histogram times, double percentile) {
        return times.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    public static double longest(Histogram times) {
        return times.getMaxValue() / NANOS_PER_MILLI;
    }
}
