package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;
import static dev.parley.benchmarks.report.Format.percent;

import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Plot;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.ProcessorUse;
import dev.parley.benchmarks.run.RunMode;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import dev.parley.localstack.process.ManagedProcess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many open streams, each with a delta every 50 ms: the share that arrives in time, and the gaps. */
final class OpenStreams {
    private static final int STREAMS = 1_000;
    private static final int STREAMS_MAX = 3_000;
    private static final double DELIVERED_MIN = 0.99;
    private static final double GAP_MILLIS_MAX = 100;
    private static final double NOISE = 0.25;

    private OpenStreams() {}

    /**
     * One system with so many open streams.
     *
     * @param delivered the share of the deltas that came while all streams were open
     */
    private record Measured(SystemName system, int streams, double delivered, LoadResult result, String cores) {
        double gapP99() {
            return millis(result.gaps(), 99);
        }

        List<String> line() {
            return List.of(
                    system.label(),
                    number(streams),
                    percent(delivered),
                    ms(millis(result.gaps(), 50)),
                    ms(gapP99()),
                    ms(millis(result.gaps(), 100)),
                    ms(millis(result.toFirstText(), 50)),
                    Integer.toString(result.errors()),
                    cores);
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        List<Measured> all = new ArrayList<>();
        for (SystemName name : run.mode().pick(List.of(SystemName.PARLEY), SystemName.STREAMING)) {
            all.add(measure(run, name, STREAMS));
        }
        if (run.mode() == RunMode.FULL) {
            all.add(measure(run, SystemName.DIRECT, STREAMS_MAX));
            all.add(measure(run, SystemName.PARLEY, STREAMS_MAX));
        }
        report(findings, all);
    }

    private static Measured measure(BenchmarkRun run, SystemName name, int streams) {
        TestedSystem system = run.warm(name);
        run.say(system.label() + " with " + number(streams) + " open streams");
        run.awaitIdle();
        List<ManagedProcess> processes = new ArrayList<>(system.processes());
        processes.add(run.systems().stack().local().process("claude-simulator", 0));
        SteadyStreams.Watched<String> watched = SteadyStreams.to(
                        system, run, streams, run.mode().pick(5, 10))
                .run(run.generator(), () -> new ProcessorUse(processes).withGenerator()::cores);
        return new Measured(name, streams, watched.delivered(), watched.result(), watched.seen());
    }

    private static void report(Findings findings, List<Measured> all) {
        List<List<String>> lines = new ArrayList<>();
        Map<String, Plot.Curve> curves = new LinkedHashMap<>();
        for (Measured each : all) {
            lines.add(each.line());
            String label = each.system().label() + ", " + number(each.streams());
            curves.put(label, PercentileCurve.of(each.result().gaps()));
            if (each.result().errors() > 0) {
                findings.note(label + " streams: " + each.result().errors() + " errors, the first: "
                        + each.result().firstError());
            }
            if (each.system() == SystemName.PARLEY) {
                reportParley(findings, each);
            }
        }
        findings.table(
                        "While all streams are open",
                        List.of(
                                "",
                                "streams",
                                "delivered",
                                "gap p50",
                                "gap p99",
                                "longest",
                                "first text p50",
                                "errors",
                                "cores in use"),
                        lines)
                .plot(Plot.lines("Between two pieces of text of a stream", PercentileCurve.AXIS, "ms", curves));
    }

    private static void reportParley(Findings findings, Measured parley) {
        int errors = parley.result().errors();
        double gap = parley.gapP99();
        String seen = percent(parley.delivered()) + " delivered, p99 gap " + ms(gap)
                + (errors == 0 ? "" : ", " + errors + " errors");
        if (parley.streams() > STREAMS) {
            findings.stated(number(parley.streams()) + " open streams", seen);
            return;
        }
        findings.row(
                        number(STREAMS) + " open streams, a delta every 50 ms",
                        "≥ " + percent(DELIVERED_MIN) + " of the rate, p99 gap ≤ " + ms(GAP_MILLIS_MAX),
                        seen,
                        parley.delivered() >= DELIVERED_MIN && gap <= GAP_MILLIS_MAX && errors == 0)
                .lower("open-streams.gap-p99", gap, "ms", 2 * NOISE)
                .higher("open-streams.delivered", parley.delivered(), "share", NOISE / 5);
    }
}
