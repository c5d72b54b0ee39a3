package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.Optional;

/** Reads the turns at the end of {@code chat.turns} that may not be in the table yet. */
public interface UnstoredTurns {
    /** Starts to read the tail of a conversation; empty if the limit of concurrent readings is reached. */
    Optional<Reading> open(ConversationName conversation);

    /** One reading, confined to one thread. */
    interface Reading extends AutoCloseable {
        /**
         * Reads up to the end that the log had when the reading started.
         *
         * @return false if the deadline passes first
         */
        boolean readToEnd(Instant deadline);

        /**
         * Reads on until the turn of a generation, or a deletion that covers it, has been read.
         *
         * @return false if the deadline passes first
         */
        boolean readUntil(GenerationId generation, Instant deadline);

        /** The records read so far. */
        ConversationTail tail();

        @Override
        void close();
    }
}
