package dev.parley.inference.kafka;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.Cancellation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cancellations of the generations in flight here, and for 30 minutes those of unknown generations: the command and the
 * request are on different topics, and the command may arrive first. Thread-safe.
 */
final class Cancellations {
    private static final int EARLY_MAX = 100_000;
    private static final Duration EARLY_FOR = Duration.ofMinutes(30);

    private record InFlight(TenantId tenant, Cancellation cancellation) {}

    private record Early(TenantId tenant, Instant at) {}

    private final Clock clock;
    private final Map<GenerationId, InFlight> inFlight = new HashMap<>();
    private final Map<GenerationId, Early> early = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Early> eldest) {
            return size() > EARLY_MAX || eldest.getValue().at().plus(EARLY_FOR).isBefore(clock.instant());
        }
    };

    Cancellations(Clock clock) {
        this.clock = clock;
    }

    /** The cancellation of a generation that starts; already requested if its command came first. */
    synchronized Cancellation of(GenerationId generation, TenantId tenant) {
        Cancellation cancellation = inFlight.computeIfAbsent(generation, _ -> new InFlight(tenant, new Cancellation()))
                .cancellation();
        Early command = early.remove(generation);
        if (command != null && command.tenant().equals(tenant)) {
            cancellation.request();
        }
        return cancellation;
    }

    /** Cancels a generation. A command of another tenant than the generation's is ignored. */
    void request(GenerationId generation, TenantId tenant) {
        InFlight found;
        synchronized (this) {
            found = inFlight.get(generation);
            if (found == null) {
                early.put(generation, new Early(tenant, clock.instant()));
            }
        }
        if (found != null && found.tenant().equals(tenant)) {
            found.cancellation().request();
        }
    }

    /** The generation has ended. */
    synchronized void forget(GenerationId generation) {
        inFlight.remove(generation);
    }
}
