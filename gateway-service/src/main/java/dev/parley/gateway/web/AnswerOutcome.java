package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import java.util.function.IntConsumer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/** How the delivery of an answer ended, whatever its status was. */
final class AnswerOutcome {
    private volatile boolean failed;
    private volatile boolean whole;

    /** Pieces for a connection, observed on their way to the reader. */
    PacedPieces<Piece> of(Flux<Piece> pieces, int ahead, IntConsumer taken) {
        return new PacedPieces<>(
                pieces.doOnNext(piece -> failed |= piece instanceof Piece.Failure), ahead, taken, () -> whole = true);
    }

    /** {@code completed}, {@code failed} (with an error event), {@code cut} or {@code left}. */
    String after(SignalType end, ServerHttpResponse response) {
        if (end == SignalType.ON_ERROR || ReaderConnection.of(response).isCut()) {
            return "cut";
        } else if (!whole || end == SignalType.CANCEL) {
            // The server may end the response of a closed connection as if it were complete.
            return "left";
        }
        return failed ? "failed" : "completed";
    }
}
