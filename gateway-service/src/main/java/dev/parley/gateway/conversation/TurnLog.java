package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.Optional;

/** The end of {@code chat.turns}. */
public interface TurnLog {
    /** Begins to read what may not be in the table yet of a conversation; empty if as many are read as may be. */
    Optional<Reading> open(ConversationName conversation);

    /** One reading, by one thread. */
    interface Reading extends AutoCloseable {
        /**
         * Reads to where the log ended when the reading began.
         *
         * @return false if that takes longer
         */
        boolean toTheEnd(Instant deadline);

        /**
         * Reads on until the turn of a generation comes.
         *
         * @return false if that takes longer
         */
        boolean until(GenerationId generation, Instant deadline);

        /** What has been read so far. */
        TurnGap gap();

        @Override
        void close();
    }
}
