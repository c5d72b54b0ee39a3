package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.util.Optional;

/** Source of the stored history of a conversation. */
public interface Histories {
    /**
     * Reads the history; without messages if there is no such conversation. Blocks.
     *
     * @param named the last generation that the client received, if the request names it
     * @return a history with every turn that the client received completely; empty if the last one was not found in time
     */
    Optional<History> read(ConversationName conversation, Optional<GenerationId> named);
}
