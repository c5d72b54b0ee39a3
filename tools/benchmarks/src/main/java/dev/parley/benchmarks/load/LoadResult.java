package dev.parley.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * What one run has measured. Times are in nanoseconds and count from when a request was due, not from when it could be
 * sent.
 *
 * @param toFirstByte of the response's body
 * @param toFirstText to the first piece of the answer's text
 * @param toEnd to the last byte of right answers
 * @param gaps between two pieces of text of one answer, within the window of the run
 * @param lateness of the generator itself
 * @param answered right answers
 * @param firstError empty if there was none
 * @param pieces pieces of text within the window of the run
 * @param lastEnd when the last right answer was complete, after the beginning of the run
 */
public record LoadResult(
        Histogram toFirstByte,
        Histogram toFirstText,
        Histogram toEnd,
        Histogram gaps,
        Histogram lateness,
        int asked,
        int answered,
        int errors,
        String firstError,
        long pieces,
        long lastEnd) {
    private static final long NANOS_MAX = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final double NANOS_PER_MILLI = 1e6;

    public static Histogram histogram() {
        return new Histogram(1, NANOS_MAX, DIGITS);
    }

    /** A percentile in milliseconds; 100 is the longest time. */
    public static double millis(Histogram times, double percentile) {
        return times.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    /** Both runs as one. */
    public LoadResult plus(LoadResult other) {
        return new LoadResult(
                sum(toFirstByte, other.toFirstByte),
                sum(toFirstText, other.toFirstText),
                sum(toEnd, other.toEnd),
                sum(gaps, other.gaps),
                sum(lateness, other.lateness),
                asked + other.asked,
                answered + other.answered,
                errors + other.errors,
                firstError.isEmpty() ? other.firstError : firstError,
                pieces + other.pieces,
                Math.max(lastEnd, other.lastEnd));
    }

    private static Histogram sum(Histogram one, Histogram other) {
        Histogram sum = one.copy();
        sum.add(other);
        return sum;
    }

    /** {@code 60 of 60}: right answers of all requests. */
    public String answeredOfAsked() {
        return answered + " of " + asked;
    }
}
