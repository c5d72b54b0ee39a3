package dev.parley.benchmarks.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Draws plots as SVG with XChart, in one colour for each system. */
final class SvgPlot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final List<String> SYSTEMS = List.of("Parley", "Portkey", "nginx", "Kafka", "direct");

    /** In the order of the systems; the last is for other names. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x2f6fde),
            new Color(0xd9702b),
            new Color(0x1f9d6c),
            new Color(0x8957c9),
            new Color(0x8a93a3),
            new Color(0xc2417c));

    /** Solid: each dash would be a path of its own. */
    private static final BasicStroke GRID = new BasicStroke(1);

    /** Smaller values have no place on a logarithmic axis. */
    private static final double VALUE_MIN = 1e-3;

    private SvgPlot() {}

    static String of(Plot plot) {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(
                    switch (plot) {
                        case Plot.Lines lines -> chart(lines);
                        case Plot.Bars bars -> chart(bars);
                    },
                    svg,
                    VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return svg.toString(UTF_8);
    }

    private static XYChart chart(Plot.Lines plot) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .xAxisTitle(plot.xLabel())
                .yAxisTitle(plot.yLabel())
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setPlotGridLinesStroke(GRID)
                .setChartBackgroundColor(Color.WHITE);
        for (Plot.Curve curve : plot.curves()) {
            if (!curve.points().isEmpty()) {
                Color colour = colour(curve.name());
                chart.addSeries(curve.name(), axis(curve, Plot.Point::x), axis(curve, Plot.Point::y))
                        .setMarkerColor(colour)
                        .setLineColor(colour);
            }
        }
        return chart;
    }

    private static double[] axis(Plot.Curve curve, ToDoubleFunction<Plot.Point> value) {
        return curve.points().stream()
                .mapToDouble(value)
                .map(each -> Math.max(each, VALUE_MIN))
                .toArray();
    }

    private static CategoryChart chart(Plot.Bars plot) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .build();
        chart.getStyler().setLabelsVisible(true).setPlotGridLinesStroke(GRID).setChartBackgroundColor(Color.WHITE);
        for (Plot.Bar bar : plot.bars()) {
            chart.addSeries(bar.label(), List.of(plot.unit()), List.of(bar.value()))
                    .setFillColor(colour(bar.label()));
        }
        return chart;
    }

    private static Color colour(String name) {
        int system = 0;
        while (system < SYSTEMS.size() && !name.startsWith(SYSTEMS.get(system))) {
            system++;
        }
        return COLOURS.get(system);
    }
}
