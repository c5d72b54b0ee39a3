package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;

import dev.parley.benchmarks.report.Plot;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A histogram as a curve of its percentiles: how slow one in so many is. */
final class PercentileCurve {
    static final String AXIS = "one in so many is slower";

    private static final List<Integer> ONE_IN = List.of(2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000);

    private PercentileCurve() {}

    /** Ends at a fifth of the count: beyond it, a curve shows chance. */
    static Plot.Curve of(String name, Histogram times) {
        return new Plot.Curve(
                name,
                ONE_IN.stream()
                        .filter(oneIn -> oneIn <= Math.max(2, times.getTotalCount() / 5))
                        .map(oneIn -> new Plot.Point(oneIn, millis(times, 100.0 - 100.0 / oneIn)))
                        .toList());
    }
}
