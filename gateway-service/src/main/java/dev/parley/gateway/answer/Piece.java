package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.messages.ApiError;

/** The next item that a reader receives. */
public sealed interface Piece {
    /** Of a piece without content. */
    int OVERHEAD_BYTES = 256;

    /** About how many bytes of the heap it takes. */
    default int bytes() {
        int content = switch (this) {
            case Events events -> events.frames().frames().length;
            case Failure failure -> failure.body().length;
            case Ping _ -> 0;
        };
        return OVERHEAD_BYTES + content;
    }

    /**
     * Events of the answer, with their position on the log.
     *
     * @param framesToSkip number of leading events that the reader already has
     */
    record Events(int partition, long offset, Frames frames, int framesToSkip) implements Piece {}

    /**
     * The answer ends incomplete. It has no position on the log: a client resumes after the last event.
     *
     * @param status the HTTP status for a client that has not received one yet
     * @param body a Messages API error body in UTF-8
     */
    record Failure(
            int status,
            @SuppressWarnings("ArrayRecordComponent") byte[] body) implements Piece {
        public ApiError error() {
            return ApiError.parse(status, body);
        }
    }

    /** A keep-alive while no events arrive. */
    record Ping() implements Piece {}
}
