package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.report.Format.number;
import static dev.parley.benchmarks.report.Format.percent;
import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.ProcessorUse;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import dev.parley.benchmarks.system.TopicRecords;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processor time of a delta: that of the processes on its way while 500 streams are open, each with a delta every 50 ms, for each delta
 * that arrives at the client. What the processes take without any request is included.
 */
final class DeltaCost {
    private static final int STREAMS = 500;
    private static final int SECONDS = 10;
    private static final List<SystemName> SYSTEMS =
            List.of(SystemName.NGINX, SystemName.PASS_THROUGH, SystemName.PARLEY);

    /** Those of Parley that pass a delta on; the others wait for the ends of answers. */
    private static final List<String> ON_THE_WAY = List.of("inference-service", "kafka", "gateway-service");

    private static final double MICROS_MAX = 45;
    private static final double DELIVERED_MIN = 0.99;
    private static final double NOISE = 0.15;

    private DeltaCost() {}

    /**
     * The window of one system.
     *
     * @param records of {@code chat.deltas}
     */
    record Measured(SystemName system, Map<String, Duration> times, long records, double delivered, LoadResult result) {
        /** Microseconds of a process for a delta. */
        double micros(String process) {
            return times.getOrDefault(process, Duration.ZERO).toNanos() / 1e3 / result.pieces();
        }

        double micros(Iterable<String> processes) {
            double sum = 0;
            for (String process : processes) {
                sum += micros(process);
            }
            return sum;
        }

        String byProcess(Iterable<String> processes) {
            List<String> parts = new ArrayList<>();
            processes.forEach(process -> parts.add(process + " " + number(micros(process))));
            return parts.stream().collect(joining(", "));
        }

        List<String> line() {
            return List.of(
                    system.label(),
                    number(micros(times.keySet())) + " µs",
                    byProcess(times.keySet()),
                    number((double) result.pieces()),
                    percent(delivered),
                    records == 0 ? "" : number(result.pieces() / (double) records),
                    Integer.toString(result.errors()));
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        Map<SystemName, Measured> all = new LinkedHashMap<>();
        List<Runnable> measurements = new ArrayList<>();
        try (TopicRecords deltas =
                new TopicRecords(run.systems().stack().local().kafka(), Topics.DELTAS)) {
            for (SystemName name : SYSTEMS) {
                TestedSystem system = run.warm(name);
                measurements.add(() -> all.put(name, measure(run, system, deltas)));
            }
            run.rounds("Processor time of a delta", 1, measurements);
        }
        report(findings, SYSTEMS.stream().map(all::get).toList());
    }

    private record Seen(Map<String, Duration> times, long records) {}

    private static Measured measure(BenchmarkRun run, TestedSystem system, TopicRecords deltas) {
        SteadyStreams streams = SteadyStreams.to(system, run, STREAMS, SECONDS);
        SteadyStreams.Watched<Seen> watched = streams.run(run.generator(), () -> {
            ProcessorUse use = new ProcessorUse(system.processes());
            long before = deltas.count();
            return () -> new Seen(use.times(), deltas.count() - before);
        });
        return new Measured(
                system.name(), watched.seen().times(), watched.seen().records(), watched.delivered(), watched.result());
    }

    static void report(Findings findings, List<Measured> all) {
        for (Measured each : all) {
            if (each.result().errors() > 0) {
                findings.note(each.system().label() + ": " + each.result().errors() + " errors, the first: "
                        + each.result().firstError());
            }
            if (each.system() == SystemName.PARLEY) {
                double micros = each.micros(ON_THE_WAY);
                findings.row(
                                "processor time of a delta, 500 streams of 20/s: inference-service, broker and"
                                        + " gateway-service",
                                "≤ " + number(MICROS_MAX) + " µs",
                                number(micros) + " µs: " + each.byProcess(ON_THE_WAY) + "; " + percent(each.delivered())
                                        + " delivered",
                                micros <= MICROS_MAX
                                        && each.delivered() >= DELIVERED_MIN
                                        && each.result().errors() == 0)
                        .lower("delta-cost.parley", micros, "µs", NOISE);
            }
        }
        findings.table(
                        "Microseconds of processor time for a delta, while all streams are open",
                        List.of("", "together", "by process", "deltas", "delivered", "deltas a record", "errors"),
                        all.stream().map(Measured::line).toList())
                .note("A delta is an event with text that arrives at the client. What the processes take without any"
                        + " request is included. Records are those of chat.deltas.");
    }
}
