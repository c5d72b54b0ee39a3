package dev.parley.contracts.delta;

import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;

/**
 * A record of a generation on {@code chat.deltas}. {@code attempt} counts from 1 within the generation, {@code sequence}
 * from 0 within the attempt. Readers drop records of an older attempt and repeated records ({@link DeltaCursor}).
 */
public sealed interface Delta {
    GenerationId generation();

    int attempt();

    int sequence();

    /** Whether this is the last record that a reader of the answer needs. */
    default boolean last() {
        return this instanceof Failed || this instanceof Recorded;
    }

    /**
     * Complete server-sent events, ready to send.
     *
     * @param frames one or more events in UTF-8, each ending in an empty line; not to be modified
     * @param last whether the answer ends with these events
     * @param answeredBy the model that answers, on the first frames of an attempt at a request for an alias
     * @param similar on the first frames of an answer, whether that to a similar question is reused; empty if not considered
     */
    record Frames(
            GenerationId generation,
            int attempt,
            int sequence,
            CacheVerdict cache,
            @SuppressWarnings("ArrayRecordComponent") byte[] frames,
            boolean last,
            Optional<AnsweredBy> answeredBy,
            Optional<SimilarCheck> similar)
            implements Delta {
        /** Frames that are not the first ones, or of a plain request. */
        public Frames(
                GenerationId generation, int attempt, int sequence, CacheVerdict cache, byte[] frames, boolean last) {
            this(generation, attempt, sequence, cache, frames, last, Optional.empty(), Optional.empty());
        }
    }

    /**
     * A sign of life of the attempt's owner while Claude sends nothing. Written at least every second.
     *
     * @param attemptList the JSON of an {@link AttemptList}: the calls to Claude so far and what Claude billed for them, for
     *     a replica that takes the generation over; mostly empty, because the other records usually contain the same facts;
     *     not to be modified
     */
    record Heartbeat(
            GenerationId generation,
            int attempt,
            int sequence,
            @SuppressWarnings("ArrayRecordComponent") byte[] attemptList)
            implements Delta {
        private static final byte[] NO_BYTES = {};

        public Heartbeat(GenerationId generation, int attempt, int sequence) {
            this(generation, attempt, sequence, NO_BYTES);
        }
    }

    /**
     * The end of an answer that is incomplete.
     *
     * @param status the HTTP status for a client that has not received one yet; 499 if a client cancelled the answer
     * @param retryAfter Claude's {@code retry-after}, empty if there was none
     * @param noRetry whether Claude forbids a retry, by {@code x-should-retry: false}, or one is in vain
     * @param body a Messages API error body in UTF-8; not to be modified
     */
    record Failed(
            GenerationId generation,
            int attempt,
            int sequence,
            CacheVerdict cache,
            int status,
            String retryAfter,
            boolean noRetry,
            @SuppressWarnings("ArrayRecordComponent") byte[] body)
            implements Delta {}

    /**
     * A mark that the records of this attempt are copies of the answer to an identical request in flight. Claude bills
     * nothing for them.
     */
    record Followed(GenerationId generation, int attempt, int sequence) implements Delta {}

    /**
     * A mark that the owner of the attempt stops in the middle of the answer. The new owner of the request may take over at
     * once.
     */
    record Released(GenerationId generation, int attempt, int sequence) implements Delta {}

    /**
     * A mark that the turn event of the generation is on {@code chat.turns}, written in the same transaction. After reading
     * it as a committed record, a consumer has nothing left to do for the generation.
     */
    record Recorded(GenerationId generation, int attempt, int sequence) implements Delta {}
}
