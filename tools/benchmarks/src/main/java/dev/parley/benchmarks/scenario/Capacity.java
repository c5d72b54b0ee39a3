package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;
import static dev.parley.benchmarks.report.Format.times;
import static java.util.Objects.requireNonNull;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Plot;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.RunMode;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The highest rate that is served: p95 of the first byte at most 100 ms, no error, 98 % of the load. Each answer has 50
 * deltas, which Claude sends at once.
 */
final class Capacity {
    private static final int TOKENS = 50;
    private static final double PORTKEY_MIN = 1;
    private static final double RATE_MAX = 12_800;
    private static final double NOISE = 0.25;
    private static final double COARSE = 0.25;
    private static final double FINE = 0.1;
    private static final List<SystemName> QUICK = List.of(SystemName.PORTKEY, SystemName.PARLEY);

    private Capacity() {}

    private record Search(TestedSystem system, RateSearch rates) {}

    static void measure(BenchmarkRun run, Findings findings) {
        List<Search> searches = new ArrayList<>();
        for (SystemName name : run.mode().pick(QUICK, SystemName.STREAMING)) {
            searches.add(new Search(run.warm(name), search(run.mode(), name)));
        }
        for (List<Search> open = searches;
                !open.isEmpty();
                open = open.stream().filter(search -> !search.rates().done()).toList()) {
            List<Search> order = new ArrayList<>(open);
            Collections.shuffle(order, run.random());
            for (Search search : order) {
                step(run, search);
            }
        }
        report(findings, searches);
    }

    /** Begins at about a quarter of the expected rate. Systems that only show what the machine can do are measured coarsely. */
    private static RateSearch search(RunMode mode, SystemName name) {
        return switch (name) {
            case DIRECT, NGINX -> new RateSearch(400, COARSE, RATE_MAX);
            case PASS_THROUGH, PORTKEY -> new RateSearch(200, mode.pick(COARSE, FINE), RATE_MAX);
            case PARLEY, FORMER_ENDPOINT -> new RateSearch(100, mode.pick(COARSE, FINE), RATE_MAX);
        };
    }

    private static void step(BenchmarkRun run, Search search) {
        double rate = search.rates().rate();
        int count = (int) Math.round(rate * run.mode().pick(2, 5));
        run.awaitIdle();
        LoadResult result = run.ask(search.system(), rate, count, TOKENS, AnswerTiming.AT_ONCE);
        RateSearch.Step step = RateSearch.Step.of(rate, result);
        search.rates().tried(step);
        run.say("Capacity of " + search.system().label() + " at " + step.sentence());
        if (result.errors() > 0) {
            run.generator().disconnect();
        }
    }

    private static void report(Findings findings, List<Search> searches) {
        Map<SystemName, Double> highest = new EnumMap<>(SystemName.class);
        List<List<String>> lines = new ArrayList<>();
        Map<String, Plot.Curve> curves = new LinkedHashMap<>();
        for (Search search : searches) {
            String label = search.system().label();
            double rate = search.rates().highest();
            highest.put(search.system().name(), rate);
            List<RateSearch.Step> steps = search.rates().steps().stream()
                    .sorted(Comparator.comparingDouble(RateSearch.Step::offered))
                    .toList();
            String lateness = steps.stream()
                    .filter(RateSearch.Step::passes)
                    .reduce((lower, higher) -> higher)
                    .map(step -> ms(step.lateness()))
                    .orElse("");
            lines.add(List.of(label, number(rate) + "/s", lateness));
            curves.put(
                    label,
                    new Plot.Curve(
                            steps.stream().map(RateSearch.Step::offered).toList(),
                            steps.stream().map(RateSearch.Step::firstByteP95).toList()));
        }
        double parley = requireNonNull(highest.get(SystemName.PARLEY));
        double portkey = requireNonNull(highest.get(SystemName.PORTKEY));
        findings.row(
                        "capacity, answers of 50 deltas a second",
                        "≥ " + times(PORTKEY_MIN) + " Portkey's",
                        number(parley) + "/s, " + times(parley / portkey) + " Portkey's " + number(portkey) + "/s",
                        parley >= PORTKEY_MIN * portkey)
                .table(
                        "The highest rate that passed",
                        List.of("", "answers a second", "the generator's own lateness there, p99"),
                        lines)
                .higher("capacity.parley", parley, "/s", NOISE)
                .higher("capacity.portkey", portkey, "/s", NOISE)
                .plot(Plot.lines("First byte, p95, as the load grows", "answers of 50 deltas a second", "ms", curves))
                .note("Direct is the limit of the simulated Claude and of the load generator, which share the cores"
                        + " with the measured systems.");
    }
}
