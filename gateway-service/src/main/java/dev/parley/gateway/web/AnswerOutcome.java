package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/** How the delivery of an answer ended, whatever its status was. */
final class AnswerOutcome {
    private volatile boolean failed;
    private volatile boolean cut;
    private volatile boolean whole;

    /** The same pieces, observed on their way to the reader. An error closes the connection of a slow reader. */
    Flux<Piece> of(Flux<Piece> pieces) {
        return pieces.doOnNext(piece -> failed |= piece instanceof Piece.Failure)
                .doOnComplete(() -> whole = true)
                .doOnError(_ -> cut = true);
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
