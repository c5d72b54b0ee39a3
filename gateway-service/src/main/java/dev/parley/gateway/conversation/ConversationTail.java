package dev.parley.gateway.conversation;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The turns and deletions of one conversation at the end of {@code chat.turns}, which may not be in the table yet. One
 * thread adds records in the order of the log.
 */
public final class ConversationTail {
    private final Optional<GenerationId> name;
    private final Set<GenerationId> seen = new HashSet<>();
    /** The named turn. */
    private Optional<Completed> named = Optional.empty();
    /** The turn of the latest request, which may be the named one. A history ends with it if the named one is deleted. */
    private Optional<Completed> newest = Optional.empty();

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
     * @param name the generation whose turn is the last one wherever it is, if it is completed and not deleted
     */
    public ConversationTail(Optional<GenerationId> name) {
        this.name = name;
    }

    /** Adds a turn with any outcome. */
    public void add(GenerationId generation) {
        seen.add(generation);
    }

    public void add(Completed turn) {
        add(turn.generation());
        if (isDeleted(turn.generation())) {
            return;
        }
        if (isNamed(turn.generation())) {
            named = Optional.of(turn);
        }
        if (newest.filter(other -> !isLater(turn.generation(), other.generation()))
                .isEmpty()) {
            newest = Optional.of(turn);
        }
    }

    public void delete(Instant at) {
        if (deletedAt == null || deletedAt.isBefore(at)) {
            deletedAt = at;
            named = named.filter(turn -> !isDeleted(turn.generation()));
            newest = newest.filter(turn -> !isDeleted(turn.generation()));
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
        return isNamed(one) || (!isNamed(other) && isLater(one, other));
    }

    private boolean isNamed(GenerationId generation) {
        return name.equals(Optional.of(generation));
    }

    /** By the times of their requests. */
    private static boolean isLater(GenerationId one, GenerationId other) {
        return one.value().compareTo(other.value()) > 0;
    }

    /**
     * The completed turn with which the history ends, of those that are not deleted.
     *
     * @param isDeleted also by deletions that this tail does not have, such as one that precedes it on the log
     */
    public Optional<Completed> last(Predicate<GenerationId> isDeleted) {
        return kept().filter(turn -> !isDeleted.test(turn.generation())).findFirst();
    }

    /** The bytes of the records that are kept: of one, or of two if the named turn is not the newest. */
    public long bytes() {
        return kept().mapToLong(Completed::bytes).sum();
    }

    private Stream<Completed> kept() {
        return Stream.of(named, newest).flatMap(Optional::stream).distinct();
    }
}
