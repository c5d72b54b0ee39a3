package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import reactor.core.publisher.SignalType;

/** How the delivery of an answer ended, whatever its status was. */
final class AnswerOutcome {
    private volatile boolean failed;
    private volatile boolean cut;
    private volatile boolean whole;

    /** A delta is sent to the reader. */
    void sent(Piece piece) {
        if (piece instanceof Piece.Failure) {
            failed = true;
        }
    }

    /** All deltas have been sent. */
    void whole() {
        whole = true;
    }

    /** The connection of a slow reader is closed. */
    void cut() {
        cut = true;
    }

    /** {@code completed}, {@code failed} (with an error event), {@code cut} or {@code left}. */
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
