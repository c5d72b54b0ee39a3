package dev.parley.benchmarks.run;

import static dev.parley.benchmarks.report.Format.number;
import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The processor time that each process takes, which shows the costs and the limits of a system. */
public final class ProcessorUse {
    private final Map<String, Supplier<Duration>> clocks = new LinkedHashMap<>();
    private final long begin = System.nanoTime();

    /** Measures these processes from now on. */
    public ProcessorUse(List<ManagedProcess> processes) {
        processes.forEach(process -> {
            long pid = process.running().pid();
            add(process.name().name(), () -> ProcessorTime.of(List.of(pid)));
        });
    }

    /** Measures the load generator as well. */
    public ProcessorUse withGenerator() {
        // Its process is the parent of all others, so it is counted alone.
        add("load generator", () -> ProcessorTime.alone(ProcessHandle.current()));
        return this;
    }

    private void add(String name, Supplier<Duration> clock) {
        Duration before = clock.get();
        clocks.put(name, () -> clock.get().minus(before));
    }

    /** The processor time since the beginning, by the name of the process. */
    public Map<String, Duration> times() {
        Map<String, Duration> times = new LinkedHashMap<>();
        clocks.forEach((name, clock) -> times.put(name, clock.get()));
        return times;
    }

    /** {@code gateway-service 0.42, kafka 0.31}: cores in use, on average since the beginning. */
    public String cores() {
        double elapsed = System.nanoTime() - begin;
        return times().entrySet().stream()
                .map(each -> each.getKey() + " " + number(each.getValue().toNanos() / elapsed))
                .collect(joining(", "));
    }
}
