package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Recognizes series by their colours, because XChart draws text as outlines. */
class SvgPlotTest {
    private static final String PARLEY = "rgb(47,111,222)";
    private static final String NGINX = "rgb(31,157,108)";
    private static final String OTHER = "rgb(194,65,124)";

    private static String svg(Plot.Point... points) {
        return SvgPlot.of(new Plot.Lines("Title", "x", "y", List.of(new Plot.Curve("Parley", List.of(points)))));
    }

    @Test
    void drawsACurveForEachSystem() {
        assertThat(SvgPlot.of(Results.LINES)).contains("<svg", PARLEY, OTHER).doesNotContain(NGINX);
    }

    @Test
    void drawsABarForEachSystem() {
        assertThat(SvgPlot.of(Results.BARS)).contains("<svg", PARLEY, NGINX).doesNotContain(OTHER);
    }

    @Test
    void drawsAZeroOnALogarithmicAxis() {
        assertThat(svg(new Plot.Point(2, 0), new Plot.Point(3, 1))).contains(PARLEY);
    }

    @Test
    void leavesOutCurvesWithoutPoints() {
        assertThat(svg()).contains("<svg").doesNotContain(PARLEY);
    }
}
