package dev.parley.benchmarks.report;

import dev.parley.benchmarks.report.Findings.Better;
import dev.parley.benchmarks.report.Findings.Figure;
import java.util.Locale;

/** A figure and its value in the run before. */
record Change(Figure now, double before) {
    enum Direction {
        BETTER,
        WORSE,
        /** Within the noise. */
        SAME
    }

    Direction direction() {
        double more = before == 0 ? 0 : now.value() / before - 1;
        if (Math.abs(more) <= now.noise()) {
            return Direction.SAME;
        }
        return more > 0 == (now.better() == Better.HIGHER) ? Direction.BETTER : Direction.WORSE;
    }

    String sentence() {
        return "%-6s  %-32s %s %s, before %s %s (noise ± %s)"
                .formatted(
                        direction().name().toLowerCase(Locale.ROOT),
                        now.name(),
                        Format.number(now.value()),
                        now.unit(),
                        Format.number(before),
                        now.unit(),
                        Format.percent(now.noise()));
    }
}
