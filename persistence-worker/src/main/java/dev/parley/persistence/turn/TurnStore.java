package dev.parley.persistence.turn;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.id.GenerationId;
import java.util.List;
import java.util.Set;

/**
 * Stores turns and the data of their conversations. Throws a {@link StoreUnavailableException} if it was unavailable until the
 * timeout; then a part may be stored, and the call may be repeated.
 */
public interface TurnStore {
    /**
     * Stores all of these turns, and shows their conversations. One that is stored or deleted already has no effect.
     *
     * @return the generations whose turns were not stored before, or only by calls that failed
     */
    Set<GenerationId> store(List<PreparedTurn> turns);

    /** Sets the title of a conversation, unless it has a later one. Idempotent. */
    void rename(ConversationRenamed event);

    /** Removes the turns of a conversation from before the deletion, and rejects such turns from now on. Idempotent. */
    void delete(ConversationDeleted event);
}
