package dev.parley.experiment.trial;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the trials of an experiment cost, by their events. */
public final class Spending {
    private Spending() {}

    /**
     * In US dollars. Of a trial with an unknown cost it is the highest possible one, if that is known.
     *
     * @param events those of a turn in their order on the log; a turn may have several trials, one after the other
     */
    public static BigDecimal of(Collection<? extends TrialEvent> events) {
        Map<GenerationId, Optional<BigDecimal>> running = new HashMap<>();
        BigDecimal spent = BigDecimal.ZERO;
        for (TrialEvent event : events) {
            Optional<BigDecimal> cost = TrialRunner.cost(event);
            if (event instanceof TrialStarted) {
                running.put(event.generation(), cost);
            } else {
                Optional<BigDecimal> atMost = running.getOrDefault(event.generation(), Optional.empty());
                spent = spent.add(cost.or(() -> atMost).orElse(BigDecimal.ZERO));
                running.remove(event.generation());
            }
        }
        return running.values().stream().flatMap(Optional::stream).reduce(spent, BigDecimal::add);
    }
}
