package dev.parley.experiment.trial;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the trials of an experiment cost, by their events. Of a trial with an unknown cost it is the highest possible one, if known. */
public final class Spending {
    /** The highest possible costs of the trials that have not ended. */
    private final Map<GenerationId, Optional<BigDecimal>> running = new HashMap<>();

    private BigDecimal ended = BigDecimal.ZERO;

    /** In US dollars, by events as for {@link #add}. */
    public static BigDecimal of(Collection<? extends TrialEvent> events) {
        Spending spending = new Spending();
        events.forEach(spending::add);
        return spending.usd();
    }

    /** Adds an event. Those of a turn come in their order on the log; a turn may have several trials, one after the other. */
    public void add(TrialEvent event) {
        Optional<BigDecimal> cost = TrialRunner.cost(event);
        if (event instanceof TrialStarted) {
            running.put(event.generation(), cost);
        } else {
            Optional<BigDecimal> atMost = running.getOrDefault(event.generation(), Optional.empty());
            ended = ended.add(cost.or(() -> atMost).orElse(BigDecimal.ZERO));
            running.remove(event.generation());
        }
    }

    /** Whether a trial of this turn was added that has not ended. */
    public boolean isRunning(GenerationId generation) {
        return running.containsKey(generation);
    }

    /** In US dollars. */
    public BigDecimal usd() {
        return running.values().stream().flatMap(Optional::stream).reduce(ended, BigDecimal::add);
    }
}
