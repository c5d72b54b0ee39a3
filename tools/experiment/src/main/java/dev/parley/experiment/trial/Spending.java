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

    /** In US dollars. Of a trial with an unknown cost it is the highest possible one, if that is known. */
    public static BigDecimal of(Collection<? extends TrialEvent> events) {
        Map<GenerationId, Optional<BigDecimal>> atMost = new HashMap<>();
        Map<GenerationId, Optional<BigDecimal>> actual = new HashMap<>();
        events.forEach(event ->
                (event instanceof TrialStarted ? atMost : actual).put(event.generation(), TrialRunner.cost(event)));
        atMost.forEach((generation, most) -> actual.merge(generation, most, (known, bound) -> known.or(() -> bound)));
        return actual.values().stream().flatMap(Optional::stream).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
