package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.Times.millis;

import dev.parley.benchmarks.findings.Plot;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A histogram as a curve: how slow one in so many is. */
final class PercentileCurve {
    static final Plot.Axis AXIS = new Plot.Axis("one in so many is slower", true);

    private static final List<Integer> ONE_IN = List.of(2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000);

    private PercentileCurve() {}

    /** Up to one in as many as a fifth of what was counted: beyond that a curve shows chance. */
    static Plot.Curve of(String name, Histogram times) {
        List<Plot.Point> points = new ArrayList<>();
        for (int oneIn : ONE_IN) {
            if (oneIn <= Math.max(2, times.getTotalCount() / 5)) {
                points.add(new Plot.Point(oneIn, millis(times, 100.0 - 100.0 / oneIn)));
            }
        }
        return new Plot.Curve(name, points);
    }
}
