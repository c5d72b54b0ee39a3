package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Source of the stored history of a conversation. */
public interface Histories {
    sealed interface Result {
        /** A history with the last turn that the client received completely; without messages if there is no such conversation. */
        record Found(History history) implements Result {}

        /** The last turn was not found in time; it may be there later. */
        record Late() implements Result {}

        /** The generation that the request names has no turn in this conversation, and will have none. */
        record Unrelated() implements Result {}
    }

    /**
     * Reads the history. Blocks.
     *
     * @param named the last generation that the client received, if the request names it
     * @param turnBytes gets the bytes of each turn of the table before it is unpacked, and those of the records of the log, of any
     *     conversation, before they are kept; may throw to end the reading
     */
    Result read(ConversationName conversation, Optional<GenerationId> named, LongConsumer turnBytes);
}
