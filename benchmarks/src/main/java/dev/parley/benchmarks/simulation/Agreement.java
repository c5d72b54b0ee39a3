package dev.parley.benchmarks.simulation;

import static dev.parley.benchmarks.findings.Text.ms;
import static dev.parley.benchmarks.findings.Text.number;

import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.simulation.ServiceTimes.Point;
import dev.parley.benchmarks.simulation.ServiceTimes.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The model of the machine that was measured, beside what was measured on it. */
final class Agreement {
    private static final double SECONDS = 20;

    private Agreement() {}

    static Table of(ServiceTimes times, Cell machine, long seed) {
        List<List<String>> lines = new ArrayList<>();
        for (Point point : times.points()) {
            Outcome model = Simulation.run(times, machine, point.traffic(), SECONDS, seed);
            spread(lines, point.name(), "first token added", point.firstTokenMillis(), model.firstToken());
            spread(lines, point.name(), "gap", point.gapMillis(), model.gap());
            point.coresInUse()
                    .ifPresent(cores -> lines.add(List.of(
                            point.name(),
                            "cores in use",
                            number(cores),
                            number(model.coresInUse()),
                            deviation(cores, model.coresInUse()))));
        }
        return new Table(
                "Model and measurement (" + times.measuredOn() + ")",
                List.of("load", "what", "measured", "model", "deviation"),
                lines);
    }

    private static void spread(
            List<List<String>> lines, String load, String what, Optional<Spread> measured, Spread model) {
        measured.ifPresent(seen -> {
            lines.add(line(load, what + ", median", seen.median(), model.median()));
            lines.add(line(load, what + ", p99", seen.p99(), model.p99()));
        });
    }

    private static List<String> line(String load, String what, double measured, double model) {
        return List.of(load, what, ms(measured), ms(model), deviation(measured, model));
    }

    static String deviation(double measured, double model) {
        return measured == 0 ? "" : String.format(Locale.ROOT, "%+.0f %%", (model / measured - 1) * 100);
    }
}
