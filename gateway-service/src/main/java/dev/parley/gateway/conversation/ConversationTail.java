package dev.parley.gateway.conversation;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.Comparator;
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
    /** The named one after all others, which are ordered by the times of their requests. */
    private final Comparator<GenerationId> order;

    private final Set<GenerationId> seen = new HashSet<>();
    private @Nullable Completed last;
    private @Nullable Instant deletedAt;

    /**
     * A completed turn; its JSON is parsed on demand.
     *
     * @param bytes of its record
     */
    public record Completed(GenerationId generation, long bytes, Supplier<History> history) {}

    /**
     * An empty tail.
     *
     * @param named the generation whose turn is the last one wherever it is, if it is completed
     */
    public ConversationTail(Optional<GenerationId> named) {
        this.order = Comparator.comparing((GenerationId generation) -> named.equals(Optional.of(generation)))
                .thenComparing(GenerationId::value);
    }

    /** Adds a turn with any outcome. */
    public void add(GenerationId generation) {
        seen.add(generation);
    }

    public void add(Completed turn) {
        add(turn.generation());
        if (last == null || follows(turn.generation(), last.generation())) {
            last = turn;
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

    /** Whether a history ends with the turn of one generation rather than with that of another. */
    public boolean follows(GenerationId one, GenerationId other) {
        return order.compare(one, other) > 0;
    }

    /** The completed turn with which the history ends, if it is not deleted. */
    public Optional<Completed> last() {
        return Optional.ofNullable(last).filter(turn -> !isDeleted(turn.generation()));
    }
}
