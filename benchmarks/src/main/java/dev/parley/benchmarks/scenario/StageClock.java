package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.contestant.ParleyStack;
import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.benchmarks.machine.ThreadTime;
import dev.parley.benchmarks.simulation.Stage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How long the stages of an answer have run on a processor, since their processes began. */
final class StageClock {
    private static final String TAIL_THREAD = "delta-tail";

    private final ParleyStack stack;

    StageClock(ParleyStack stack) {
        this.stack = stack;
    }

    Map<Stage, Duration> read() {
        Map<Stage, Duration> times = new EnumMap<>(Stage.class);
        Duration tail = ThreadTime.of(pid("gateway-service"), TAIL_THREAD);
        times.put(Stage.TAIL, tail);
        times.put(Stage.GATEWAY, of("gateway-service").minus(tail));
        times.put(Stage.CACHE, of("cache-service"));
        times.put(Stage.INFERENCE, of("inference-service"));
        times.put(Stage.PERSISTENCE, of("persistence-worker"));
        times.put(Stage.KAFKA, of("kafka"));
        times.put(Stage.CLAUDE, of("claude-simulator"));
        times.put(Stage.READER, ProcessorTime.alone(ProcessHandle.current().pid()));
        return times;
    }

    private long pid(String part) {
        return stack.stack().part(part, 0).running().pid();
    }

    private Duration of(String part) {
        return ProcessorTime.of(List.of(pid(part)));
    }
}
