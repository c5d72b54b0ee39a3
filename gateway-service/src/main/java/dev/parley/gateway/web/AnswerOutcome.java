package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import reactor.core.publisher.SignalType;

/** How an answer went for its reader, whatever its status said. */
final class AnswerOutcome {
    private volatile boolean failed;
    private volatile boolean cut;

    /** A piece goes to the reader. */
    void sent(Piece piece) {
        if (piece instanceof Piece.Failure) {
            failed = true;
        }
    }

    /** The reader is too slow and loses the connection. */
    void cut() {
        cut = true;
    }

    /** {@code completed}, {@code failed} (the reader was told so), {@code cut} or {@code left}. */
    String after(SignalType end) {
        return switch (end) {
            case CANCEL -> cut ? "cut" : "left";
            case ON_ERROR -> "cut";
            default -> failed ? "failed" : "completed";
        };
    }
}
