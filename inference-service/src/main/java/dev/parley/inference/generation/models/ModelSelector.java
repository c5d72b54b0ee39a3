package dev.parley.inference.generation.models;

import dev.parley.contracts.event.ChatRequested;
import java.util.Optional;

/** Resolves aliases of models. Does not block, and gives the same answer on every replica. */
public interface ModelSelector {
    /** The choice; empty if the request names a model. */
    Optional<ModelChoice> select(ChatRequested requested);

    /** Whether the request names an alias, so that there is a choice. */
    default boolean hasChoice(ChatRequested requested) {
        return select(requested).isPresent();
    }
}
