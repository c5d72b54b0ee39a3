package dev.parley.gateway.web.connection;

import java.util.function.IntConsumer;
import reactor.core.publisher.Flux;

/**
 * Pieces of an answer for one connection.
 *
 * @param ahead the most pieces between the thread that emits them and what the connection has taken
 * @param taken is told how many more pieces the connection has taken, on its event loop
 */
public record PacedPieces<T>(Flux<T> pieces, int ahead, IntConsumer taken) {
    /** The same for other pieces, made of these. */
    public <R> PacedPieces<R> with(Flux<R> others, int othersAhead) {
        return new PacedPieces<>(others, othersAhead, taken);
    }
}
