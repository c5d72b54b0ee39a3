package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.times;
import static java.util.Objects.requireNonNull;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Plot;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.KafkaBaseline;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The time that a system adds to the first token, at 20 requests a second, beside Kafka alone over the same hops. Added is
 * a percentile of the system less the median of calling Claude directly.
 */
final class FirstToken {
    private static final double PER_SECOND = 20;
    private static final int TOKENS = 20;
    private static final AnswerTiming TIMING = new AnswerTiming(0, 100);
    private static final List<SystemName> QUICK = List.of(SystemName.DIRECT, SystemName.PORTKEY, SystemName.PARLEY);
    private static final int KAFKA_WARM_UP = 1_000;
    private static final double KAFKA_WARM_UP_PER_SECOND = 500;
    private static final double MEDIAN_MILLIS_MAX = 5;
    private static final double P99_MILLIS_MAX = 15;
    private static final double NOISE = 0.25;

    private FirstToken() {}

    /** In milliseconds. */
    private record Added(double median, double p99) {
        static Added of(Histogram times, double less) {
            return new Added(millis(times, 50) - less, millis(times, 99) - less);
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        Map<SystemName, LoadResult> results = new EnumMap<>(SystemName.class);
        Histogram kafkaTimes = LoadResult.histogram();
        int count = run.mode().pick(60, 100);
        List<Runnable> measurements = new ArrayList<>();
        for (SystemName name : run.mode().pick(QUICK, SystemName.STREAMING)) {
            TestedSystem system = run.warm(name);
            measurements.add(
                    () -> results.merge(name, run.ask(system, PER_SECOND, count, TOKENS, TIMING), LoadResult::plus));
        }
        try (KafkaBaseline kafka =
                new KafkaBaseline(run.systems().stack().local().kafka())) {
            kafka.run(Arrivals.even(KAFKA_WARM_UP_PER_SECOND, KAFKA_WARM_UP));
            measurements.add(() -> kafkaTimes.add(
                    kafka.run(Arrivals.random(PER_SECOND, count, run.random().nextLong()))));
            run.rounds("Time to first token", run.mode().pick(2, 5), measurements);
        }
        report(findings, results, kafkaTimes);
    }

    /** A target is missed if anything has failed: what has no first token is not in the percentiles. */
    static void report(Findings findings, Map<SystemName, LoadResult> results, Histogram kafkaTimes) {
        Added kafka = Added.of(kafkaTimes, 0);
        double direct = millis(of(SystemName.DIRECT, results).toFirstText(), 50);
        Map<SystemName, Added> added = new EnumMap<>(SystemName.class);
        List<List<String>> lines = new ArrayList<>();
        Map<String, Plot.Curve> curves = new LinkedHashMap<>();
        results.forEach((name, result) -> {
            Histogram times = result.toFirstText();
            Added more = Added.of(times, direct);
            added.put(name, more);
            curves.put(name.label(), PercentileCurve.of(times));
            lines.add(List.of(
                    name.label(),
                    ms(millis(times, 50)),
                    ms(millis(times, 99)),
                    ms(more.median()),
                    ms(more.p99()),
                    result.answeredOfAsked()));
        });
        curves.put("Kafka alone", PercentileCurve.of(kafkaTimes));
        lines.add(List.of("Kafka, " + KafkaBaseline.HOPS + " hops", "", "", ms(kafka.median()), ms(kafka.p99()), ""));
        Added parley = requireNonNull(added.get(SystemName.PARLEY));
        int errors = of(SystemName.PARLEY, results).errors()
                + of(SystemName.DIRECT, results).errors();
        String failed = errors == 0 ? "" : ", " + errors + " errors";
        String medians = ", " + times(parley.median() / kafka.median()) + " Kafka over the same hops" + failed;
        String p99s = ", " + times(parley.p99() / kafka.p99()) + " Kafka over the same hops" + failed;
        findings.atMost("first token added, median", MEDIAN_MILLIS_MAX, parley.median(), errors == 0, medians)
                .atMost("first token added, p99", P99_MILLIS_MAX, parley.p99(), errors == 0, p99s)
                .table(
                        "To the first piece of text",
                        List.of("", "median", "p99", "added", "added p99", "right answers"),
                        lines)
                .lower("first-token.added-median", parley.median(), "ms", NOISE)
                .lower("first-token.added-p99", parley.p99(), "ms", 2 * NOISE)
                .lower("first-token.hops-median", kafka.median(), "ms", NOISE)
                .plot(Plot.lines(
                        "Time to the first token of a Claude that answers at once",
                        PercentileCurve.AXIS,
                        "ms",
                        curves));
    }

    private static LoadResult of(SystemName name, Map<SystemName, LoadResult> results) {
        return requireNonNull(results.get(name));
    }
}
