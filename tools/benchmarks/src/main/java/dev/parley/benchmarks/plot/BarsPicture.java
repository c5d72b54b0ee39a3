package dev.parley.benchmarks.plot;

import dev.parley.benchmarks.findings.Plot;
import dev.parley.benchmarks.findings.Text;
import java.util.List;

/** Bars that lie, each with its value at its end. */
final class BarsPicture {
    private static final int WIDTH = 760;
    private static final int LEFT = 250;
    private static final int RIGHT = 640;
    private static final int TOP = 46;
    private static final int HEIGHT = 22;
    private static final int DISTANCE = 34;

    private BarsPicture() {}

    static String of(Plot.Bars plot) {
        List<Double> values = plot.bars().stream().map(Plot.Bar::value).toList();
        Scale scale = Scale.of(values, false, LEFT, RIGHT);
        StringBuilder content = new StringBuilder();
        int top = TOP;
        for (Plot.Bar bar : plot.bars()) {
            double width = Math.max(1.5, scale.at(bar.value()) - LEFT);
            double middle = top + HEIGHT / 2.0 + 4;
            content.append(Svg.text(LEFT - 10, middle, "end", "label", bar.label()))
                    .append("<rect x=\"" + LEFT + "\" y=\"" + top + "\" rx=\"3\" height=\"" + HEIGHT + "\" width=\""
                            + Style.place(width) + "\" style=\"fill:" + Style.colour(bar.series()) + "\"/>")
                    .append(Svg.text(
                            LEFT + width + 8, middle, "start", "value", Text.number(bar.value()) + " " + plot.unit()));
            top += DISTANCE;
        }
        return Svg.document(plot.title(), WIDTH, top + 10, content.toString());
    }
}
