package dev.parley.gateway.web;

import dev.parley.gateway.answer.Piece;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** When the first and the last event of an answer were written. Set by the writing thread, read after the response. */
final class DeliveryTimes {
    private static final long NEVER = -1;

    private final Clock clock;
    private volatile long firstMillis = NEVER;
    private volatile long lastMillis = NEVER;

    DeliveryTimes(Clock clock) {
        this.clock = clock;
    }

    void written(Piece piece) {
        if (piece instanceof Piece.Events) {
            written();
        }
    }

    void written() {
        lastMillis = clock.millis();
        if (firstMillis == NEVER) {
            firstMillis = lastMillis;
        }
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
}
