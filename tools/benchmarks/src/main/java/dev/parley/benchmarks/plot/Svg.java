package dev.parley.benchmarks.plot;

import dev.parley.benchmarks.findings.Plot;

/** Draws plots. */
public final class Svg {
    private Svg() {}

    /** A picture that can be a file, and a part of a page. */
    public static String of(Plot plot) {
        return switch (plot) {
            case Plot.Lines lines -> LinesPicture.of(lines);
            case Plot.Bars bars -> BarsPicture.of(bars);
        };
    }

    static String document(String title, int width, int height, String content) {
        return "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height
                + "\" role=\"img\" aria-label=\"" + Style.escaped(title) + "\"><style>" + Style.SHEET + "</style>\n"
                + text(16, 24, "start", "title", title) + content + "</svg>\n";
    }

    static String text(double x, double y, String anchor, String kind, String content) {
        return "<text class=\"" + kind + "\" x=\"" + Style.place(x) + "\" y=\"" + Style.place(y) + "\" text-anchor=\""
                + anchor + "\">" + Style.escaped(content) + "</text>\n";
    }

    static String line(double x1, double y1, double x2, double y2) {
        return "<line class=\"grid\" x1=\"" + Style.place(x1) + "\" y1=\"" + Style.place(y1) + "\" x2=\""
                + Style.place(x2) + "\" y2=\"" + Style.place(y2) + "\"/>\n";
    }
}
