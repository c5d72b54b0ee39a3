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
 * The number of connected readers of each generation, from the commands that gateways publish when a reader disconnects or
 * resumes. A generation starts with one reader. Owned by the thread that reads commands.
 */
final class ReaderCounts {
    private static final int GENERATIONS_MAX = 100_000;

    /** A generation without a reader since longer than its grace period. */
    record Abandoned(GenerationId generation, TenantId tenant) {}

    private record Count(TenantId tenant, int readers, Optional<Instant> abandonedAt) {}

    private final Map<GenerationId, Count> counts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GenerationId, Count> eldest) {
            return size() > GENERATIONS_MAX;
        }
    };

    void stopped(ReadingStopped command) {
        int left = readers(command) - 1;
        Optional<Instant> abandonedAt =
                left > 0 ? Optional.empty() : Optional.of(command.stoppedAt().plus(command.grace()));
        counts.put(command.generation(), new Count(command.tenant(), left, abandonedAt));
    }

    void resumed(ReadingResumed command) {
        int readers = Math.max(0, readers(command)) + 1;
        counts.put(command.generation(), new Count(command.tenant(), readers, Optional.empty()));
    }

    private int readers(Command command) {
        Count known = counts.get(command.generation());
        return known == null ? 1 : known.readers();
    }

    /** Removes and returns the generations whose grace period without a reader is over. */
    List<Abandoned> removeAbandoned(Instant now) {
        List<Abandoned> abandoned = new ArrayList<>();
        counts.entrySet().removeIf(entry -> {
            Count count = entry.getValue();
            boolean over =
                    count.abandonedAt().filter(time -> !time.isAfter(now)).isPresent();
            if (over) {
                abandoned.add(new Abandoned(entry.getKey(), count.tenant()));
            }
            return over;
        });
        return abandoned;
    }
}
