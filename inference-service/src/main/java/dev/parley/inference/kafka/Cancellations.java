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
 * What clients want no more of: of the generations in hand here, and for a while of all others, since the wish may come
 * before the request does. Thread-safe.
 */
final class Cancellations {
    private static final int EARLY_MAX = 100_000;
    private static final Duration EARLY_FOR = Duration.ofMinutes(30);

    private record InHand(TenantId tenant, Cancellation cancellation) {}

    private record Early(TenantId tenant, Instant at) {}

    private final Clock clock;
    private final Map<GenerationId, InHand> inHand = new HashMap<>();
    private final Map<GenerationId, Early> early = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Early> eldest) {
            return size() > EARLY_MAX || eldest.getValue().at().plus(EARLY_FOR).isBefore(clock.instant());
        }
    };

    Cancellations(Clock clock) {
        this.clock = clock;
    }

    /** The cancellation of a generation that is in hand from now on; requested already, if the wish came early. */
    synchronized Cancellation of(GenerationId generation, TenantId tenant) {
        Cancellation cancellation = inHand.computeIfAbsent(generation, _ -> new InHand(tenant, new Cancellation()))
                .cancellation();
        Early wish = early.remove(generation);
        if (wish != null && wish.tenant().equals(tenant)) {
            cancellation.request();
        }
        return cancellation;
    }

    /** A wish; of another tenant than the generation's it is void. */
    void request(GenerationId generation, TenantId tenant) {
        InHand found;
        synchronized (this) {
            found = inHand.get(generation);
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
        inHand.remove(generation);
    }
}
