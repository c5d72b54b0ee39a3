package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.number;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Calm;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.load.Window;
import dev.parley.benchmarks.machine.Memory;
import dev.parley.benchmarks.question.Pace;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an open stream takes of memory: the objects that the services and the broker need while 1,000 streams are open,
 * less those they need with none, each counted after a collection of garbage.
 */
public final class OpenMemory implements Scenario {
    private static final int STREAMS = 1_000;
    private static final double OPENED_PER_SECOND = 200;
    private static final Pace PACE = new Pace(0, 5);
    private static final int TOKENS = 150;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final double KIB = 1_024;
    private static final double KIB_MAX = 64;
    private static final double NOISE = 0.25;

    private record Held(long live, long resident) {
        double liveKibMore(Held before) {
            return (live - before.live) / KIB / STREAMS;
        }

        double residentKibMore(Held before) {
            return (resident - before.resident) / KIB / STREAMS;
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean in(Effort effort) {
        return effort == Effort.FULL;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Contestant parley = arena.warm(Rival.PARLEY);
        arena.calm();
        arena.say("Memory of " + number(STREAMS) + " open streams");
        Map<ManagedProcess, Held> none = held(parley);
        Load load = new Load(
                parley.target(),
                Arrivals.even(OPENED_PER_SECOND, STREAMS),
                arena.questions().next(STREAMS, TOKENS, PACE),
                Window.ALL,
                ANSWER_MAX);
        long begin = System.nanoTime();
        var running = arena.generator().begin(load);
        // All are open, and the pieces of the first seconds have been forgotten.
        Calm.until(begin + load.arrivals().span() + Duration.ofSeconds(3).toNanos());
        Map<ManagedProcess, Held> open = held(parley);
        Tally tally = LoadGenerator.await(running, load);
        return findings(none, open, tally);
    }

    private static Map<ManagedProcess, Held> held(Contestant contestant) throws InterruptedException {
        Map<ManagedProcess, Held> held = new LinkedHashMap<>();
        for (ManagedProcess part : contestant.parts()) {
            long pid = part.running().pid();
            held.put(part, new Held(Memory.live(pid), Memory.resident(pid)));
        }
        return held;
    }

    private Findings findings(Map<ManagedProcess, Held> none, Map<ManagedProcess, Held> open, Tally tally) {
        List<List<String>> lines = new ArrayList<>();
        double live = 0;
        double resident = 0;
        for (Map.Entry<ManagedProcess, Held> each : open.entrySet()) {
            Held before = none.getOrDefault(each.getKey(), each.getValue());
            double more = each.getValue().liveKibMore(before);
            live += more;
            resident += each.getValue().residentKibMore(before);
            lines.add(List.of(
                    each.getKey().name().name(),
                    number(more) + " KB",
                    number(each.getValue().residentKibMore(before)) + " KB",
                    number(before.live() / KIB / KIB) + " MB",
                    number(each.getValue().resident() / KIB / KIB) + " MB"));
        }
        return new Findings(
                name(),
                "Memory of an open stream",
                List.of(Row.judged(
                        "memory of an open stream, all services and the broker",
                        "≤ " + number(KIB_MAX) + " KB",
                        number(live) + " KB of objects in use; resident memory grew by " + number(resident) + " KB",
                        live <= KIB_MAX && tally.errors() == 0)),
                List.of(new Table(
                        "For each of 1,000 open streams",
                        List.of("", "objects in use", "resident memory", "objects with none open", "resident in all"),
                        lines)),
                List.of(Figure.lower("memory.live", live, "KB", NOISE)),
                List.of(),
                List.of("Resident memory also grows by garbage that nobody had a reason to collect yet."));
    }
}
