package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.util.Optional;

/** Where the history of a conversation is read. */
public interface Histories {
    /**
     * The history; empty if there is no such conversation. Blocks.
     *
     * @param named the last generation that the caller has seen, if it says so
     */
    HistoryResult read(ConversationName conversation, Optional<GenerationId> named);
}
