package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.SignalType;

/**
 * The delivery of an answer in one response: when its first and last event were written, and how it ended, whatever the status was.
 * Set by the writing thread, read after the response.
 */
final class Delivery {
    private static final long NEVER = -1;

    private final Clock clock;
    private volatile long firstMillis = NEVER;
    private volatile long lastMillis = NEVER;
    private volatile boolean failed;
    private volatile boolean whole;

    Delivery(Clock clock) {
        this.clock = clock;
    }

    void written(Piece piece) {
        switch (piece) {
            case Piece.Events _ -> written();
            case Piece.Failure _ -> failed();
            case Piece.Ping _ -> {
                // Not part of the answer.
            }
        }
    }

    void written() {
        lastMillis = clock.millis();
        if (firstMillis == NEVER) {
            firstMillis = lastMillis;
        }
    }

    /** The answer ends with an error. */
    void failed() {
        failed = true;
    }

    /** The connection has taken all of the answer. */
    void whole() {
        whole = true;
    }

    Optional<Instant> first() {
        return at(firstMillis);
    }

    Optional<Instant> last() {
        return at(lastMillis);
    }

    private static Optional<Instant> at(long millis) {
        return millis == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** The outcome of a stream: {@code completed}, {@code failed} (with an error event), {@code cut} or {@code left}. */
    String outcome(SignalType end, ServerHttpResponse response) {
        if (end == SignalType.ON_ERROR || ReaderConnection.of(response).isCut()) {
            return "cut";
        } else if (!whole || end == SignalType.CANCEL) {
            // The server may end the response of a closed connection as if it were complete.
            return "left";
        }
        return failed ? "failed" : "completed";
    }
}
