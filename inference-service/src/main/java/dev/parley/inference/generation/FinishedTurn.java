package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.Turn;
import java.util.Optional;

/**
 * A turn and its marker on {@code chat.deltas}, which are recorded in one transaction.
 *
 * @param gzippedFrames the answer as it was streamed, for the cache; empty unless it is complete, new and fit for others
 * @param question for similar ones, beside the frames
 * @param whenRecorded updates the metrics; to be run once, after the turn was recorded
 */
public record FinishedTurn(
        Turn turn,
        @SuppressWarnings("ArrayRecordComponent") byte[] gzippedFrames,
        Optional<StoredQuestion> question,
        Recorded marker,
        Runnable whenRecorded) {
    private static final byte[] NONE = {};

    /** A turn without frames for the cache. */
    FinishedTurn(Turn turn, Recorded marker, Runnable whenRecorded) {
        this(turn, NONE, Optional.empty(), marker, whenRecorded);
    }

    /**
     * The same turn without frames for the cache. An answer copied from another conversation is cached for that conversation
     * only, so that it is removed with it. That of a fallback model is not cached, because it would stand for the chosen one's.
     */
    FinishedTurn notToCache() {
        return new FinishedTurn(turn, marker, whenRecorded);
    }
}
