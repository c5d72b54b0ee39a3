package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.report.Format.number;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.benchmarks.machine.ProcessMemory;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of an open stream: reachable objects of the services and the broker with 1,000 streams open, less those
 * with none, each after a garbage collection.
 */
final class StreamMemory {
    private static final int STREAMS = 1_000;
    private static final double OPENED_PER_SECOND = 200;
    private static final AnswerTiming TIMING = new AnswerTiming(0, 5);
    private static final int TOKENS = 150;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    /** From the opening of the last stream until memory is read: by then the first pieces have been released. */
    private static final Duration SETTLE = Duration.ofSeconds(3);

    /** What inference-service keeps of ended streams for identical requests is released with the first request after that. */
    private static final Duration RELEASE = Duration.ofSeconds(6);

    private static final int RELEASING_REQUESTS = 5;

    private static final double KIB = 1_024;
    private static final double KIB_MAX = 40;
    private static final double NOISE = 0.25;

    private StreamMemory() {}

    static void measure(BenchmarkRun run, Findings findings) {
        TestedSystem parley = run.warm(SystemName.PARLEY);
        run.awaitIdle();
        run.say("Memory of " + number(STREAMS) + " open streams");
        IdleWait.until(System.nanoTime() + RELEASE.toNanos());
        if (run.generator().run(load(run, parley, RELEASING_REQUESTS, 1)).errors() > 0) {
            throw new IllegalStateException("Parley does not answer before its memory is measured");
        }
        run.awaitIdle();
        Map<ManagedProcess, Long> none = memory(parley);
        Load load = load(run, parley, STREAMS, TOKENS);
        long begin = System.nanoTime();
        var running = run.generator().begin(load);
        IdleWait.until(begin + load.arrivals().span() + SETTLE.toNanos());
        Map<ManagedProcess, Long> open = memory(parley);
        report(findings, none, open, LoadGenerator.await(running, load));
    }

    private static Load load(BenchmarkRun run, TestedSystem parley, int streams, int tokens) {
        return new Load(
                parley.endpoint(),
                Arrivals.even(OPENED_PER_SECOND, streams),
                run.questions().next(streams, tokens, TIMING),
                Load.Window.ALL,
                ANSWER_TIMEOUT);
    }

    private static Map<ManagedProcess, Long> memory(TestedSystem system) {
        Map<ManagedProcess, Long> memory = new LinkedHashMap<>();
        for (ManagedProcess process : system.processes()) {
            memory.put(process, ProcessMemory.live(process.running().pid()));
        }
        return memory;
    }

    private static void report(
            Findings findings, Map<ManagedProcess, Long> none, Map<ManagedProcess, Long> open, LoadResult result) {
        List<List<String>> lines = new ArrayList<>();
        double live = 0;
        for (Map.Entry<ManagedProcess, Long> each : open.entrySet()) {
            long before = none.getOrDefault(each.getKey(), each.getValue());
            double more = (each.getValue() - before) / KIB / STREAMS;
            live += more;
            lines.add(List.of(each.getKey().name().name(), number(more) + " KB", number(before / KIB / KIB) + " MB"));
        }
        findings.row(
                        "memory of an open stream, all services and the broker",
                        "≤ " + number(KIB_MAX) + " KB",
                        number(live) + " KB of objects in use",
                        live > 0 && live <= KIB_MAX && result.errors() == 0)
                .table("For each of 1,000 open streams", List.of("", "objects in use", "objects with none open"), lines)
                .lower("memory.live", live, "KB", NOISE);
    }
}
