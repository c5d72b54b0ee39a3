package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.load.LoadResult;
import org.HdrHistogram.Histogram;

/** Results of loads, as a run makes them. */
final class Loads {
    private Loads() {}

    /** One with this time for each answer, and so many pieces. */
    static LoadResult result(double millis, int errors, long pieces) {
        Histogram times = times(millis);
        return new LoadResult(times, times, times, times, times, 10, 10 - errors, errors, "late", pieces, 0);
    }

    static Histogram times(double millis) {
        Histogram times = LoadResult.histogram();
        times.recordValueWithCount(Math.round(millis * 1e6), 10);
        return times;
    }
}
