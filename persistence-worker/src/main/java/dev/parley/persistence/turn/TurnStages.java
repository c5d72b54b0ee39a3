package dev.parley.persistence.turn;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.TurnFacts;
import java.time.Instant;
import java.util.List;

/**
 * When a request passed through the services, as its turn tells.
 *
 * @param receivedAt when the gateway received it
 * @param attempts its calls to Claude
 */
public record TurnStages(Instant receivedAt, StageTimings timings, List<Attempt> attempts) {
    public TurnStages {
        attempts = List.copyOf(attempts);
    }

    static TurnStages of(TurnFacts facts) {
        return new TurnStages(facts.receivedAt(), facts.timings(), facts.attempts());
    }
}
