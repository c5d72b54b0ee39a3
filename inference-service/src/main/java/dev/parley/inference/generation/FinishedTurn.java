package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.Turn;

/**
 * A turn and its marker on {@code chat.deltas}, which are recorded in one transaction.
 *
 * @param gzippedFrames the answer as it was streamed, for the cache; empty unless it is complete and new
 * @param whenRecorded updates the metrics; to be run once, after the turn was recorded
 */
public record FinishedTurn(
        Turn turn,
        @SuppressWarnings("ArrayRecordComponent") byte[] gzippedFrames,
        Recorded marker,
        Runnable whenRecorded) {
    private static final byte[] NONE = {};

    /**
     * The same turn without frames for the cache. An answer copied from another conversation is cached for that conversation
     * only, so that it is removed with it.
     */
    FinishedTurn notToCache() {
        return new FinishedTurn(turn, NONE, marker, whenRecorded);
    }
}
