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
 * What the end of {@code chat.turns} says of one conversation: the part that may not have been written to the table yet.
 * Records are added in the order of the log, by one thread.
 */
public final class TurnGap {
    private final Set<GenerationId> seen = new HashSet<>();
    private @Nullable Completed newest;
    private @Nullable Instant deletedAt;

    /** A completed turn; its JSON is read when it is needed. */
    record Completed(GenerationId generation, Supplier<History> history) {}

    /** A turn, however it ended. */
    public void add(GenerationId generation) {
        seen.add(generation);
    }

    /** A completed turn. */
    public void add(GenerationId generation, Supplier<History> history) {
        add(generation);
        if (newest == null || newest.generation().value().compareTo(generation.value()) < 0) {
            newest = new Completed(generation, history);
        }
    }

    public void delete(Instant at) {
        if (deletedAt == null || deletedAt.isBefore(at)) {
            deletedAt = at;
        }
    }

    /** Whether the log shows what became of a generation. */
    public boolean knows(GenerationId generation) {
        return seen.contains(generation) || isDeleted(generation);
    }

    boolean isDeleted(GenerationId generation) {
        return deletedAt != null && ConversationDeleted.covers(deletedAt, generation);
    }

    Optional<Completed> newest() {
        return Optional.ofNullable(newest).filter(turn -> !isDeleted(turn.generation()));
    }
}
