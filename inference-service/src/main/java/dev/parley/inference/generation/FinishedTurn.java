package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.Turn;

/**
 * A turn and the marker that says so on {@code chat.deltas}; both are recorded or neither.
 *
 * @param gzippedFrames the answer as it was streamed, for the cache; empty unless it is whole and new
 * @param whenRecorded counts what it took; to be run once it is recorded, not before
 */
public record FinishedTurn(
        Turn turn,
        @SuppressWarnings("ArrayRecordComponent") byte[] gzippedFrames,
        Recorded marker,
        Runnable whenRecorded) {
    private static final byte[] NOTHING = {};

    /**
     * The same, but not for the cache. What was copied from another conversation's answer is cached as that conversation's
     * alone, so that it goes with it.
     */
    FinishedTurn notToCache() {
        return new FinishedTurn(turn, NOTHING, marker, whenRecorded);
    }
}
