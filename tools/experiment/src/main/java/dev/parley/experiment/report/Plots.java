package dev.parley.experiment.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of a report, as SVG. */
final class Plots {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 360;
    private static final int GROUPS_MAX = 12;
    private static final int LABEL_CHARACTERS_MAX = 24;
    private static final BasicStroke GRID = new BasicStroke(1);
    private static final Color ORIGINAL = new Color(0x8a93a3);
    private static final Color ASKED = new Color(0x2f6fde);

    private Plots() {}

    /** The share of sufficient answers by group, with intervals. */
    static String quality(List<TrialGroup> groups) {
        return svg(qualityChart(groups));
    }

    static CategoryChart qualityChart(List<TrialGroup> groups) {
        List<TrialGroup> shown = groups.stream().limit(GROUPS_MAX).toList();
        CategoryChart chart = bars("The asked model suffices", "per cent");
        chart.addSeries("suffices", names(shown), percent(shown, Interval::estimate))
                .setFillColor(ASKED);
        // Error bars are symmetric, and these intervals are not: so they are drawn around the middles.
        chart.addSeries(
                        "interval",
                        names(shown),
                        percent(shown, share -> (share.high() + share.low()) / 2),
                        percent(shown, share -> (share.high() - share.low()) / 2))
                .setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Scatter)
                .setMarker(SeriesMarkers.NONE);
        chart.getStyler()
                .setOverlapped(true)
                .setYAxisMin(0.0)
                .setYAxisMax(105.0)
                .setLegendVisible(false);
        return chart;
    }

    private static List<Double> percent(List<TrialGroup> groups, ToDoubleFunction<Interval> end) {
        return groups.stream()
                .map(group -> 100 * end.applyAsDouble(group.sufficient()))
                .toList();
    }

    /** The mean cost of an answer by group; empty without prices. */
    static String cost(List<TrialGroup> groups) {
        List<TrialGroup> shown = groups.stream()
                .filter(group ->
                        group.originalUsd().isPresent() && group.askedUsd().isPresent())
                .limit(GROUPS_MAX)
                .toList();
        if (shown.isEmpty()) {
            return "";
        }
        CategoryChart chart = bars("Cost", "US dollars per 1,000 answers");
        addUsd(chart, "original", ORIGINAL, shown, TrialGroup::originalUsd);
        addUsd(chart, "asked", ASKED, shown, TrialGroup::askedUsd);
        return svg(chart);
    }

    private static void addUsd(
            CategoryChart chart,
            String name,
            Color colour,
            List<TrialGroup> groups,
            Function<TrialGroup, Optional<Interval>> usd) {
        List<Double> means = groups.stream()
                .map(group -> 1000 * usd.apply(group).orElseThrow().estimate())
                .toList();
        chart.addSeries(name, names(groups), means).setFillColor(colour);
    }

    /** The cumulative shares of the times to the first token. */
    static String firstToken(List<TrialCompleted> trials) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Time to the first token")
                .xAxisTitle("milliseconds")
                .yAxisTitle("per cent of the answers")
                .build();
        chart.getStyler()
                .setPlotGridLinesStroke(GRID)
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(LegendPosition.InsideSE);
        add(
                chart,
                "original",
                ORIGINAL,
                TrialGroup.values(trials, trial -> trial.original().firstTokenMs()));
        add(
                chart,
                "asked",
                ASKED,
                TrialGroup.values(trials, trial -> trial.trial().firstTokenMs()));
        return chart.getSeriesMap().isEmpty() ? "" : svg(chart);
    }

    private static void add(XYChart chart, String name, Color colour, double... times) {
        if (times.length > 0) {
            double[] sorted = DoubleStream.of(times).sorted().toArray();
            double[] shares = IntStream.rangeClosed(1, sorted.length)
                    .mapToDouble(rank -> 100.0 * rank / sorted.length)
                    .toArray();
            chart.addSeries(name, sorted, shares).setMarker(SeriesMarkers.NONE).setLineColor(colour);
        }
    }

    private static CategoryChart bars(String title, String unit) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        chart.getStyler().setXAxisLabelRotation(20).setPlotGridLinesStroke(GRID).setChartBackgroundColor(Color.WHITE);
        return chart;
    }

    /** Different names, because a chart has each category once. */
    private static List<String> names(List<TrialGroup> groups) {
        return groups.stream()
                .map(group -> group.by().equals("all") ? "all" : group.by() + " " + group.name())
                .map(name -> name.length() <= LABEL_CHARACTERS_MAX
                        ? name
                        : name.substring(0, LABEL_CHARACTERS_MAX - 1) + "…")
                .toList();
    }

    private static String svg(Chart<?, ?> chart) {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = svg.toString(UTF_8);
        return text.substring(text.indexOf("<svg"));
    }
}
