package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta.Frames;

/** What a reader is sent next. */
public sealed interface Piece {
    /**
     * Events of the answer, with their place on the log.
     *
     * @param framesHad how many of them the reader has already
     */
    record Events(int partition, long offset, Frames frames, int framesHad) implements Piece {}

    /**
     * The answer ends here without being whole. Has no place on the log: who resumes does so after the last event.
     *
     * @param body a Messages API error body in UTF-8
     */
    record Failure(@SuppressWarnings("ArrayRecordComponent") byte[] body) implements Piece {}

    /** Nothing has come for a while; the connection lives. */
    record Ping() implements Piece {}
}
