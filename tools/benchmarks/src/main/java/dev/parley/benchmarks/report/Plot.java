package dev.parley.benchmarks.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;

/** A chart of some findings, drawn with XChart in one colour for each system. */
public record Plot(String title, Chart<?, ?> chart) {
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

    /** The points of a curve. */
    public record Curve(List<Double> x, List<Double> y) {}

    /**
     * Curves over two logarithmic axes.
     *
     * @param curves by names that begin with the label of a system, which decides about the colour
     */
    public static Plot lines(String title, String xLabel, String yLabel, Map<String, Curve> curves) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setPlotGridLinesStroke(GRID)
                .setChartBackgroundColor(Color.WHITE);
        curves.forEach((name, curve) -> {
            if (!curve.x().isEmpty()) {
                chart.addSeries(name, atLeastMin(curve.x()), atLeastMin(curve.y()))
                        .setMarkerColor(colour(name))
                        .setLineColor(colour(name));
            }
        });
        return new Plot(title, chart);
    }

    private static double[] atLeastMin(List<Double> values) {
        return values.stream().mapToDouble(value -> Math.max(value, VALUE_MIN)).toArray();
    }

    /**
     * Bars beside each other.
     *
     * @param bars by the label of a system
     */
    public static Plot bars(String title, String unit, Map<String, Double> bars) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .build();
        chart.getStyler().setLabelsVisible(true).setPlotGridLinesStroke(GRID).setChartBackgroundColor(Color.WHITE);
        bars.forEach((label, value) ->
                chart.addSeries(label, List.of(unit), List.of(value)).setFillColor(colour(label)));
        return new Plot(title, chart);
    }

    private static Color colour(String name) {
        int system = 0;
        while (system < SYSTEMS.size() && !name.startsWith(SYSTEMS.get(system))) {
            system++;
        }
        return COLOURS.get(system);
    }

    String svg() {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return svg.toString(UTF_8);
    }
}
