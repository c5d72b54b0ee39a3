package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Recognizes series by their colours, because XChart draws text as outlines. */
class PlotTest {
    private static final String PARLEY = "rgb(47,111,222)";
    private static final String NGINX = "rgb(31,157,108)";
    private static final String OTHER = "rgb(194,65,124)";

    private static String svg(List<Double> x, List<Double> y) {
        return Plot.lines("Title", "x", "y", Map.of("Parley", new Plot.Curve(x, y)))
                .svg();
    }

    @Test
    void drawsACurveForEachSystem() {
        assertThat(Results.LINES.svg()).contains("<svg", PARLEY, OTHER).doesNotContain(NGINX);
    }

    @Test
    void drawsABarForEachSystem() {
        assertThat(Results.BARS.svg()).contains("<svg", PARLEY, NGINX).doesNotContain(OTHER);
    }

    @Test
    void drawsAZeroOnALogarithmicAxis() {
        assertThat(svg(List.of(2.0, 3.0), List.of(0.0, 1.0))).contains(PARLEY);
    }

    @Test
    void leavesOutCurvesWithoutPoints() {
        assertThat(svg(List.of(), List.of())).contains("<svg").doesNotContain(PARLEY);
    }
}
