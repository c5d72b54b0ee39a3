package dev.parley.benchmarks.run;

import static dev.parley.benchmarks.report.Format.number;

import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.benchmarks.system.ParleyStack;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The cores that each process uses, which shows what limits a system. */
public final class CoreUsage {
    private static final String GENERATOR = "load generator";

    private final Map<String, Long> pids = new LinkedHashMap<>();
    private final Map<String, Long> before;
    private final long begin = System.nanoTime();

    /** Measures a system's processes, the simulated Claude and the load generator from now on. */
    public CoreUsage(ParleyStack stack, TestedSystem system) {
        system.processes()
                .forEach(process ->
                        pids.put(process.name().name(), process.running().pid()));
        pids.put("Claude", stack.process("claude-simulator").running().pid());
        pids.put(GENERATOR, ProcessHandle.current().pid());
        this.before = nanos();
    }

    /** {@code gateway-service 0.42, kafka 0.31}, on average since the beginning. */
    public String sentence() {
        double elapsed = System.nanoTime() - begin;
        StringJoiner sentence = new StringJoiner(", ");
        nanos().forEach((name, after) ->
                sentence.add(name + " " + number((after - before.getOrDefault(name, 0L)) / elapsed)));
        return sentence.toString();
    }

    /** The generator's process is the parent of all others, so it is counted alone. */
    private Map<String, Long> nanos() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        pids.forEach((name, pid) -> nanos.put(
                name, (name.equals(GENERATOR) ? ProcessorTime.alone(pid) : ProcessorTime.of(List.of(pid))).toNanos()));
        return nanos;
    }
}
