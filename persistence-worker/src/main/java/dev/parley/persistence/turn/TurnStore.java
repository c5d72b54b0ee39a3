package dev.parley.persistence.turn;

import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationChanges.Deletion;
import dev.parley.conversations.ConversationChanges.Renaming;
import java.util.List;
import java.util.Set;

/** Keeps turns and what they say about their conversations. */
public interface TurnStore {
    /**
     * Keeps all of these turns, or throws; then some may be kept, and all may be given again. A turn that is kept already,
     * or deleted, changes nothing.
     *
     * @return the generations whose turns were not kept before
     * @throws StoreUnavailableException if the store did not work for as long as this may wait
     */
    Set<GenerationId> store(List<ArrivedTurn> turns);

    /**
     * Gives a conversation a title, unless it has a later one. Doing it again changes nothing.
     *
     * @throws StoreUnavailableException if the store did not work for as long as this may wait
     */
    void rename(Renaming renaming);

    /**
     * Removes the turns of a conversation that were made up to the deletion, and keeps them out from now on. Doing it
     * again changes nothing.
     *
     * @throws StoreUnavailableException if the store did not work for as long as this may wait
     */
    void delete(Deletion deletion);
}
