package dev.parley.benchmarks.findings;

import java.util.List;

/** What is better seen than read. */
public sealed interface Plot {
    String title();

    /** Curves over one axis. */
    record Lines(String title, Axis x, Axis y, List<Curve> curves) implements Plot {
        public Lines {
            curves = List.copyOf(curves);
        }
    }

    /** Values beside each other. */
    record Bars(String title, String unit, List<Bar> bars) implements Plot {
        public Bars {
            bars = List.copyOf(bars);
        }
    }

    /**
     * An axis.
     *
     * @param logarithmic shows orders of magnitude; its values are above 0
     */
    record Axis(String label, boolean logarithmic) {}

    record Curve(String name, List<Point> points) {
        public Curve {
            points = List.copyOf(points);
        }
    }

    record Point(double x, double y) {}

    /**
     * One value.
     *
     * @param series whose it is, and so which colour it has
     */
    record Bar(String label, String series, double value) {}
}
