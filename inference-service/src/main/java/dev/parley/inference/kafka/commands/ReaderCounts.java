package dev.parley.inference.kafka.commands;

import dev.parley.contracts.BoundedMap;
import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The number of connected readers of each generation, from the commands that gateways publish when a reader disconnects or
 * resumes. A generation starts with one reader. Owned by the thread that reads commands.
 */
final class ReaderCounts {
    private static final int GENERATIONS_MAX = 100_000;

    private record Count(TenantId tenant, int readers, Optional<Instant> abandonedAt) {
        boolean isAbandoned(Instant now) {
            return abandonedAt.filter(time -> !time.isAfter(now)).isPresent();
        }
    }

    private final Map<GenerationId, Count> counts = BoundedMap.ofNewest(GENERATIONS_MAX);

    /** Returns whether the generation is abandoned at once: it has no reader left, and no grace period. */
    boolean stopped(ReadingStopped command) {
        int left = readers(command) - 1;
        boolean atOnce = left <= 0 && command.grace().isZero();
        Optional<Instant> abandonedAt = left > 0 || atOnce
                ? Optional.empty()
                : Optional.of(command.stoppedAt().plus(command.grace()));
        counts.put(command.generation(), new Count(command.tenant(), left, abandonedAt));
        return atOnce;
    }

    void resumed(ReadingResumed command) {
        int readers = Math.max(0, readers(command)) + 1;
        counts.put(command.generation(), new Count(command.tenant(), readers, Optional.empty()));
    }

    private int readers(Command command) {
        Count known = counts.get(command.generation());
        return known == null ? 1 : known.readers();
    }

    /** Whether the grace period of a generation without a reader is over. */
    boolean anyAbandoned(Instant now) {
        return counts.values().stream().anyMatch(count -> count.isAbandoned(now));
    }

    /** The generations whose grace period without a reader is over, each once unless another reader comes and leaves. */
    Map<GenerationId, TenantId> takeAbandoned(Instant now) {
        Map<GenerationId, TenantId> abandoned = new LinkedHashMap<>();
        counts.replaceAll((generation, count) -> {
            if (!count.isAbandoned(now)) {
                return count;
            }
            abandoned.put(generation, count.tenant());
            // Kept: a reader that comes back is the only one.
            return new Count(count.tenant(), 0, Optional.empty());
        });
        return abandoned;
    }
}
