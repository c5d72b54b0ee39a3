package dev.parley.gateway.conversation;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The turns and deletions of one conversation at the end of {@code chat.turns}, which may not be in the table yet. One
 * thread adds records in the order of the log.
 */
public final class ConversationTail {
    private final Set<GenerationId> seen = new HashSet<>();
    private @Nullable Completed newest;
    private @Nullable Instant deletedAt;

    /**
     * A completed turn; its JSON is parsed on demand.
     *
     * @param bytes of the JSON
     */
    public record Completed(GenerationId generation, long bytes, Supplier<History> history) {}

    /** Adds a turn with any outcome. */
    public void add(GenerationId generation) {
        seen.add(generation);
    }

    public void add(Completed turn) {
        add(turn.generation());
        if (newest == null
                || newest.generation().value().compareTo(turn.generation().value()) < 0) {
            newest = turn;
        }
    }

    public void delete(Instant at) {
        if (deletedAt == null || deletedAt.isBefore(at)) {
            deletedAt = at;
        }
    }

    /** Whether the tail contains the turn of a generation, or a deletion that covers it. */
    public boolean covers(GenerationId generation) {
        return seen.contains(generation) || isDeleted(generation);
    }

    public boolean isDeleted(GenerationId generation) {
        return deletedAt != null && ConversationDeleted.covers(deletedAt, generation);
    }

    public Optional<Completed> newest() {
        return Optional.ofNullable(newest).filter(turn -> !isDeleted(turn.generation()));
    }
}
