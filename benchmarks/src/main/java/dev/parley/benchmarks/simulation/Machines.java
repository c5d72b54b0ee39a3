package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.engine.Busy;
import dev.parley.benchmarks.simulation.engine.Loop;
import dev.parley.benchmarks.simulation.engine.Processor;
import dev.parley.benchmarks.simulation.engine.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** The processors and threads of a cell: one processor for each replica, or the same one for all of them. */
final class Machines {
    private final Timeline timeline;
    private final Optional<Processor> shared;
    private final List<Processor> processors = new ArrayList<>();
    private final List<Busy> all = new ArrayList<>();

    Machines(Timeline timeline, Cell cell) {
        this.timeline = timeline;
        this.shared =
                cell.together() ? Optional.of(new Processor(timeline, "processor", cell.cores())) : Optional.empty();
        shared.ifPresent(this::add);
    }

    Processor processor(String name, int cores) {
        return shared.orElseGet(() -> add(new Processor(timeline, name, cores)));
    }

    <T> Loop<T> loop(
            Processor processor, String name, double wakeUp, ToDoubleFunction<T> cost, Consumer<List<T>> then) {
        Loop<T> loop = new Loop<>(timeline, processor, name, wakeUp, cost, then);
        all.add(loop);
        return loop;
    }

    private Processor add(Processor processor) {
        processors.add(processor);
        all.add(processor);
        return processor;
    }

    void beginToMeasure() {
        all.forEach(Busy::beginToMeasure);
    }

    void report(Outcome outcome) {
        all.forEach(one -> outcome.busy(one.name(), one.share(outcome.seconds())));
        processors.forEach(one -> outcome.use(one.cores() * one.share(outcome.seconds())));
    }
}
