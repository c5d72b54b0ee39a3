package dev.parley.contracts.delta;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;

/**
 * A piece of a generation on {@code chat.deltas}. {@code attempt} counts from 1 over the generation, {@code sequence}
 * from 0 within the attempt: readers drop what belongs to an older attempt and what they have seen.
 */
public sealed interface Delta {
    GenerationId generation();

    int attempt();

    int sequence();

    /** Whether a reader of the answer can stop here. */
    boolean last();

    /**
     * Whole server-sent events, ready to send.
     *
     * @param frames one or more events in UTF-8, each ending in an empty line; not to be modified
     * @param last whether the answer ends with them
     */
    record Frames(
            GenerationId generation,
            int attempt,
            int sequence,
            CacheVerdict cache,
            @SuppressWarnings("ArrayRecordComponent") byte[] frames,
            boolean last)
            implements Delta {}

    /**
     * The owner of the attempt is alive and Claude is silent. Written at least every second.
     *
     * @param account for whoever takes over, the calls to Claude so far with what was billed for them, where the other
     *     pieces do not tell: {@link Account}'s JSON, mostly empty; not to be modified
     */
    record Heartbeat(
            GenerationId generation,
            int attempt,
            int sequence,
            @SuppressWarnings("ArrayRecordComponent") byte[] account)
            implements Delta {
        private static final byte[] NOTHING = {};

        /** One that carries nothing. */
        public Heartbeat(GenerationId generation, int attempt, int sequence) {
            this(generation, attempt, sequence, NOTHING);
        }

        @Override
        public boolean last() {
            return false;
        }
    }

    /**
     * The answer ends without being whole.
     *
     * @param status the HTTP status for a client that has had none yet; 499 if a client has cancelled the answer
     * @param retryAfter Claude's {@code retry-after}, empty if there was none
     * @param body a Messages API error body in UTF-8; not to be modified
     */
    record Failed(
            GenerationId generation,
            int attempt,
            int sequence,
            CacheVerdict cache,
            int status,
            String retryAfter,
            @SuppressWarnings("ArrayRecordComponent") byte[] body)
            implements Delta {
        @Override
        public boolean last() {
            return true;
        }
    }

    /**
     * The pieces of this attempt are copies of another generation's, which asked the same at the same time: Claude bills
     * nothing for them.
     */
    record Followed(GenerationId generation, int attempt, int sequence) implements Delta {
        @Override
        public boolean last() {
            return false;
        }
    }

    /** The owner of the attempt stops in the middle of the answer: whoever has its request now may take over at once. */
    record Released(GenerationId generation, int attempt, int sequence) implements Delta {
        @Override
        public boolean last() {
            return false;
        }
    }

    /**
     * The turn event of the generation is on {@code chat.turns}: written in the same transaction. Whoever reads it
     * committed need do nothing more for this generation.
     */
    record Recorded(GenerationId generation, int attempt, int sequence) implements Delta {
        @Override
        public boolean last() {
            return true;
        }
    }
}
