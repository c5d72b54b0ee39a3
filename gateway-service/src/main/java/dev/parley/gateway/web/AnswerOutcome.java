package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import reactor.core.publisher.SignalType;

/** How an answer went for its reader, whatever its status said. */
final class AnswerOutcome {
    private volatile boolean failed;
    private volatile boolean cut;
    private volatile boolean whole;

    /** A piece goes to the reader. */
    void sent(Piece piece) {
        if (piece instanceof Piece.Failure) {
            failed = true;
        }
    }

    /** All pieces have gone to the reader. */
    void whole() {
        whole = true;
    }

    /** The reader is too slow and loses the connection. */
    void cut() {
        cut = true;
    }

    /** {@code completed}, {@code failed} (the reader was told so), {@code cut} or {@code left}. */
    String after(SignalType end) {
        if (cut || end == SignalType.ON_ERROR) {
            return "cut";
        } else if (!whole || end == SignalType.CANCEL) {
            // The server may end the response of a closed connection as if it were complete.
            return "left";
        }
        return failed ? "failed" : "completed";
    }
}
