package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta.Frames;

/** The next item that a reader receives. */
public sealed interface Piece {
    /** Heap of a piece without content. */
    int OVERHEAD_BYTES = 256;

    /** About how many bytes of the heap it takes. */
    default int bytes() {
        int content = switch (this) {
            case Events events -> events.frames().frames().length;
            case Failure failure -> failure.refusal().body().length;
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
     * @param refusal for a client that has not received a status yet
     */
    record Failure(Opening.Refused refusal) implements Piece {}

    /** A keep-alive while no events arrive. */
    record Ping() implements Piece {}
}
