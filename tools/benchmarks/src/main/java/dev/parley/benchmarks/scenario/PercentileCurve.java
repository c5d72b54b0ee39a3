package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;

import dev.parley.benchmarks.report.Plot;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A histogram as a curve of its percentiles: how slow one in so many is. */
final class PercentileCurve {
    static final String AXIS = "one in so many is slower";

    private static final List<Double> ONE_IN =
            List.of(2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 10_000.0);

    private PercentileCurve() {}

    /** Ends at a fifth of the count: beyond it, a curve shows chance. */
    static Plot.Curve of(Histogram times) {
        List<Double> oneIn = ONE_IN.stream()
                .filter(many -> many <= Math.max(2, times.getTotalCount() / 5))
                .toList();
        return new Plot.Curve(
                oneIn,
                oneIn.stream().map(many -> millis(times, 100 - 100 / many)).toList());
    }
}
