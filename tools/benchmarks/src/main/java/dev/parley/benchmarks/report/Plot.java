package dev.parley.benchmarks.report;

import java.util.List;

/** A chart of some findings. */
public sealed interface Plot {
    String title();

    /** Curves over two logarithmic axes, whose values are above 0. */
    record Lines(String title, String xLabel, String yLabel, List<Curve> curves) implements Plot {
        public Lines {
            curves = List.copyOf(curves);
        }
    }

    /** Horizontal bars. */
    record Bars(String title, String unit, List<Bar> bars) implements Plot {
        public Bars {
            bars = List.copyOf(bars);
        }
    }

    /**
     * A named series of points.
     *
     * @param name begins with the label of the system, which decides about the colour
     */
    record Curve(String name, List<Point> points) {
        public Curve {
            points = List.copyOf(points);
        }
    }

    record Point(double x, double y) {}

    record Bar(String label, double value) {}
}
