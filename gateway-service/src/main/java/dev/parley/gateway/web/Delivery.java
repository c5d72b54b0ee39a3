package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.web.connection.ReaderConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final AtomicBoolean left = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

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

    /** The reader has disconnected; true for the first call. */
    boolean leave() {
        return !left.getAndSet(true);
    }

    /** The response has ended; true for the first call. */
    boolean end() {
        return !ended.getAndSet(true);
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

    DeliveryOutcome streamOutcome(SignalType end, ReaderConnection connection) {
        if (end == SignalType.ON_ERROR || connection.isCut()) {
            return DeliveryOutcome.CUT;
        } else if (!whole || end == SignalType.CANCEL) {
            // The server may end the response of a closed connection as if it were complete.
            return DeliveryOutcome.LEFT;
        }
        return failed ? DeliveryOutcome.FAILED : DeliveryOutcome.COMPLETED;
    }

    DeliveryOutcome messageOutcome(ReaderConnection connection) {
        if (whole) {
            return DeliveryOutcome.COMPLETED;
        }
        return connection.isCut() ? DeliveryOutcome.CUT : DeliveryOutcome.LEFT;
    }
}
