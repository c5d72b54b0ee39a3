package dev.parley.benchmarks.plot;

import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.findings.Plot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Curves, each with its name at its end. */
final class LinesPicture {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 64;
    private static final int RIGHT = 640;
    private static final int TOP = 48;
    private static final int BOTTOM = 326;
    private static final double NAME_HEIGHT = 15;

    private LinesPicture() {}

    static String of(Plot.Lines plot) {
        Scale x = Scale.of(values(plot, Plot.Point::x), plot.x().logarithmic(), LEFT, RIGHT);
        Scale y = Scale.of(values(plot, Plot.Point::y), plot.y().logarithmic(), BOTTOM, TOP);
        StringBuilder content = new StringBuilder();
        for (double mark : y.marks()) {
            content.append(Svg.line(LEFT, y.at(mark), RIGHT, y.at(mark)))
                    .append(Svg.text(LEFT - 8, y.at(mark) + 4, "end", "label", Style.mark(mark)));
        }
        for (double mark : x.marks()) {
            content.append(Svg.line(x.at(mark), BOTTOM, x.at(mark), BOTTOM + 5))
                    .append(Svg.text(x.at(mark), BOTTOM + 20, "middle", "label", Style.mark(mark)));
        }
        content.append(Svg.text(
                        (LEFT + RIGHT) / 2.0,
                        BOTTOM + 42,
                        "middle",
                        "label",
                        plot.x().label()))
                .append(Svg.text(LEFT - 8, TOP - 8, "end", "label", plot.y().label()));
        plot.curves().forEach(curve -> content.append(curve(curve, x, y)));
        content.append(names(plot.curves(), x, y));
        return Svg.document(plot.title(), WIDTH, HEIGHT, content.toString());
    }

    private static List<Double> values(Plot.Lines plot, ToDoubleFunction<Plot.Point> value) {
        return plot.curves().stream()
                .flatMap(curve -> curve.points().stream())
                .map(value::applyAsDouble)
                .toList();
    }

    private static String curve(Plot.Curve curve, Scale x, Scale y) {
        String colour = Style.colour(curve.name());
        String path = curve.points().stream()
                .map(point -> Style.place(x.at(point.x())) + "," + Style.place(y.at(point.y())))
                .collect(joining(" L", "M", ""));
        String dots = curve.points().stream()
                .map(point -> "<circle cx=\"" + Style.place(x.at(point.x())) + "\" cy=\"" + Style.place(y.at(point.y()))
                        + "\" r=\"3\" style=\"fill:" + colour + "\"/>")
                .collect(joining());
        return "<path class=\"curve\" style=\"stroke:" + colour + "\" d=\"" + path + "\"/>" + dots + "\n";
    }

    /** At the ends of the curves, moved apart where they would lie over each other. */
    private static String names(List<Plot.Curve> curves, Scale x, Scale y) {
        List<Plot.Curve> order = new ArrayList<>(curves);
        order.removeIf(curve -> curve.points().isEmpty());
        order.sort(Comparator.comparingDouble(
                curve -> y.at(curve.points().getLast().y())));
        StringBuilder names = new StringBuilder();
        double free = TOP;
        for (Plot.Curve curve : order) {
            Plot.Point end = curve.points().getLast();
            double place = Math.max(y.at(end.y()) + 4, free);
            free = place + NAME_HEIGHT;
            names.append("<g style=\"fill:")
                    .append(Style.colour(curve.name()))
                    .append("\">")
                    .append(Svg.text(x.at(end.x()) + 10, place, "start", "name", curve.name()))
                    .append("</g>");
        }
        return names.toString();
    }
}
