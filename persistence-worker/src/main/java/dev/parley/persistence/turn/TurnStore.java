package dev.parley.persistence.turn;

import dev.parley.contracts.id.GenerationId;
import java.util.List;
import java.util.Set;

/** Keeps turns and what they say about their conversations. */
public interface TurnStore {
    /**
     * Keeps all of these turns, or throws; then some may be kept, and all may be given again. A turn that is kept already
     * changes nothing.
     *
     * @return the generations whose turns were not kept before
     * @throws StoreUnavailableException if the store did not work for as long as this may wait
     */
    Set<GenerationId> store(List<ArrivedTurn> turns);
}
