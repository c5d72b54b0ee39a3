package dev.parley.inference.kafka;

import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts who reads each generation, by what gateways say of readers that go and come: a generation begins with one. Knows
 * only those of which something was said. Owned by the thread that listens to commands.
 */
final class Readers {
    private static final int GENERATIONS_MAX = 100_000;

    /** A generation and whose it is. */
    record Abandoned(GenerationId generation, TenantId tenant) {}

    private record Reading(TenantId tenant, int count, Optional<Instant> until) {}

    private final Map<GenerationId, Reading> readings = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Reading> eldest) {
            return size() > GENERATIONS_MAX;
        }
    };

    void stopped(ReadingStopped command) {
        int left = count(command) - 1;
        Optional<Instant> until =
                left > 0 ? Optional.empty() : Optional.of(command.stoppedAt().plus(command.grace()));
        readings.put(command.generation(), new Reading(command.tenant(), left, until));
    }

    void resumed(ReadingResumed command) {
        readings.put(
                command.generation(), new Reading(command.tenant(), Math.max(0, count(command)) + 1, Optional.empty()));
    }

    private int count(Command command) {
        Reading known = readings.get(command.generation());
        return known == null ? 1 : known.count();
    }

    /** The generations whose time without a reader is over; each once. */
    List<Abandoned> abandoned(Instant now) {
        List<Abandoned> abandoned = new ArrayList<>();
        readings.entrySet().removeIf(entry -> {
            boolean over = entry.getValue()
                    .until()
                    .filter(until -> !until.isAfter(now))
                    .isPresent();
            if (over) {
                abandoned.add(new Abandoned(entry.getKey(), entry.getValue().tenant()));
            }
            return over;
        });
        return abandoned;
    }
}
