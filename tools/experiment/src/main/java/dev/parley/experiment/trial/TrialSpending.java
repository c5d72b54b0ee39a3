package dev.parley.experiment.trial;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the trials of an experiment cost, by their events. */
public final class TrialSpending {
    private final Map<GenerationId, TrialStarted> running = new HashMap<>();

    private KnownCost ended = KnownCost.NONE;

    /** By events as for {@link #add}. */
    public static KnownCost of(Collection<? extends TrialEvent> events) {
        TrialSpending spending = new TrialSpending();
        events.forEach(spending::add);
        return spending.cost();
    }

    /** Adds an event. Those of a turn come in their order on the log; a turn may have several trials, one after the other. */
    public void add(TrialEvent event) {
        if (event instanceof TrialStarted started) {
            running.put(event.generation(), started);
        } else {
            Optional<TrialStarted> started = Optional.ofNullable(running.remove(event.generation()));
            ended = ended.plus(KnownCost.of(event, started.flatMap(TrialStarted::costUsdAtMost)));
        }
    }

    public boolean isRunning(GenerationId generation) {
        return running.containsKey(generation);
    }

    public KnownCost cost() {
        return running.values().stream()
                .map(started -> KnownCost.of(started, started.costUsdAtMost()))
                .reduce(ended, KnownCost::plus);
    }
}
