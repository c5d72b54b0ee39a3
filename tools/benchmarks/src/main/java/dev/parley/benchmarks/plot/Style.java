package dev.parley.benchmarks.plot;

import java.util.List;
import java.util.Locale;

/** How plots look: one colour for each contestant, the same in all of them. */
final class Style {
    private static final List<String> KNOWN = List.of("Parley", "Portkey", "nginx", "Kafka", "direct");
    private static final int COLOURS = 6;

    /** Of a picture that stands by itself, in light and in dark. */
    static final String SHEET = """
        svg.plot{--ink:#1c2330;--soft:#6b7484;--line:#e4e8ee;--c0:#2f6fde;--c1:#d9702b;--c2:#1f9d6c;--c3:#8957c9;--c4:#8a93a3;--c5:#c2417c;\
        font-family:ui-sans-serif,system-ui,sans-serif;font-size:12px}
        @media(prefers-color-scheme:dark){svg.plot{--ink:#e8ecf3;--soft:#9aa4b5;--line:#2b3341;--c0:#78a9ff;--c1:#ffa05c;--c2:#52d6a1;--c3:#bb95f5;--c4:#8f99ab;--c5:#f37fb3}}
        svg.plot .title{fill:var(--ink);font-size:15px;font-weight:600}svg.plot .label{fill:var(--soft)}svg.plot .grid{stroke:var(--line)}
        svg.plot .curve{fill:none;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}svg.plot .name{font-weight:600}svg.plot .value{fill:var(--ink);font-weight:600}
        """;

    private Style() {}

    /** The colour of a series; those that are not known share what is left. */
    static String colour(String series) {
        for (int i = 0; i < KNOWN.size(); i++) {
            if (series.startsWith(KNOWN.get(i))) {
                return "var(--c" + i + ")";
            }
        }
        return "var(--c" + (series.equals("median") ? 0 : series.equals("p99") ? 1 : COLOURS - 1) + ")";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    static String place(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** A number beside an axis. */
    static String mark(double value) {
        if (value >= 10 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return Double.toString(Math.round(value * 1_000) / 1_000.0);
    }
}
