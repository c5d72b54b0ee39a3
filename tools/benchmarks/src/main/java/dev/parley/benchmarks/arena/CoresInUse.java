package dev.parley.benchmarks.arena;

import static dev.parley.benchmarks.findings.Text.number;

import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Contestants;
import dev.parley.benchmarks.machine.ProcessorTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** How much of the machine each process takes: where a limit comes from. */
public final class CoresInUse {
    private final Map<String, Long> pids;
    private final Map<String, Duration> before = new LinkedHashMap<>();
    private long began;

    private CoresInUse(Map<String, Long> pids) {
        this.pids = pids;
    }

    /** Of a contestant's processes, of the simulated Claude, and of the one that measures. */
    public static CoresInUse of(Contestants contestants, Contestant contestant) throws InterruptedException {
        Map<String, Long> pids = new LinkedHashMap<>();
        contestant
                .parts()
                .forEach(part -> pids.put(part.name().name(), part.running().pid()));
        pids.put(
                "Claude",
                contestants
                        .stack()
                        .stack()
                        .process("claude-simulator", 0)
                        .running()
                        .pid());
        pids.put("load generator", ProcessHandle.current().pid());
        return new CoresInUse(pids);
    }

    public void begin() {
        began = System.nanoTime();
        pids.forEach((name, pid) -> before.put(name, time(pid)));
    }

    /** Since the beginning, in cores. */
    public String sentence() {
        double nanos = System.nanoTime() - began;
        StringJoiner sentence = new StringJoiner(", ");
        pids.forEach((name, pid) -> sentence.add(name + " "
                + number(time(pid)
                                .minus(before.getOrDefault(name, Duration.ZERO))
                                .toNanos()
                        / nanos)));
        return sentence.toString();
    }

    /** All that is measured are children of the one that measures. */
    private static Duration time(long pid) {
        return pid == ProcessHandle.current().pid() ? ProcessorTime.alone(pid) : ProcessorTime.of(List.of(pid));
    }
}
