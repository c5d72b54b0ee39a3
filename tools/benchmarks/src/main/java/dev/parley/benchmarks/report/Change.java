package dev.parley.benchmarks.report;

import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Figure.Better;
import dev.parley.benchmarks.findings.Text;
import java.util.Locale;

/** A figure beside that of the run before. */
record Change(Figure now, double before) {
    /** What has become of it. */
    enum Direction {
        BETTER,
        WORSE,
        /** Within what one and the same system shows from run to run. */
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
                        Text.number(now.value()),
                        now.unit(),
                        Text.number(before),
                        now.unit(),
                        Text.percent(now.noise()));
    }
}
