package dev.parley.inference.kafka.commands;

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
public final class Cancellations {
    private static final int EARLY_MAX = 100_000;
    private static final Duration EARLY_FOR = Duration.ofMinutes(30);

    private record InFlight(TenantId tenant, Cancellation cancellation) {}

    /** Can be withdrawn if it was made because the generation had no reader. */
    private record Early(TenantId tenant, Instant at, boolean abandoned) {
        void applyTo(Cancellation cancellation) {
            if (abandoned) {
                cancellation.abandon();
            } else {
                cancellation.request();
            }
        }
    }

    private final Clock clock;
    private final Map<GenerationId, InFlight> inFlight = new HashMap<>();
    private final Map<GenerationId, Early> early = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Early> eldest) {
            return size() > EARLY_MAX || eldest.getValue().at().plus(EARLY_FOR).isBefore(clock.instant());
        }
    };

    public Cancellations(Clock clock) {
        this.clock = clock;
    }

    /** The cancellation of a generation that starts; already requested if its command came first. */
    public synchronized Cancellation of(GenerationId generation, TenantId tenant) {
        Cancellation cancellation = inFlight.computeIfAbsent(generation, _ -> new InFlight(tenant, new Cancellation()))
                .cancellation();
        Early command = early.remove(generation);
        if (command != null && command.tenant().equals(tenant)) {
            command.applyTo(cancellation);
        }
        return cancellation;
    }

    /** Cancels a generation. A command of another tenant than the generation's is ignored. */
    public void request(GenerationId generation, TenantId tenant) {
        cancel(generation, new Early(tenant, clock.instant(), false));
    }

    /** Cancels a generation without a reader, as {@link #request}, until {@link #withdraw}. */
    public void abandon(GenerationId generation, TenantId tenant) {
        cancel(generation, new Early(tenant, clock.instant(), true));
    }

    private void cancel(GenerationId generation, Early command) {
        InFlight found;
        synchronized (this) {
            found = inFlight.get(generation);
            if (found == null) {
                early.merge(generation, command, Cancellations::stronger);
            }
        }
        if (found != null && found.tenant().equals(command.tenant())) {
            command.applyTo(found.cancellation());
        }
    }

    /** The later one, but not in place of one that cannot be withdrawn. */
    private static Early stronger(Early before, Early later) {
        boolean isWeaker =
                later.abandoned() && !before.abandoned() && later.tenant().equals(before.tenant());
        return isWeaker ? before : later;
    }

    /**
     * A reader has come back. The generation is not cancelled if another replica continues it and this one takes it over, or if it
     * goes on for identical requests and they lose their readers.
     */
    public synchronized void withdraw(GenerationId generation, TenantId tenant) {
        InFlight found = inFlight.get(generation);
        if (found != null && found.tenant().equals(tenant)) {
            found.cancellation().withdraw();
        }
        Early command = early.get(generation);
        if (command != null && command.abandoned() && command.tenant().equals(tenant)) {
            early.remove(generation);
        }
    }

    public synchronized void forget(GenerationId generation) {
        inFlight.remove(generation);
    }
}
