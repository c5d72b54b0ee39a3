package dev.parley.gateway.web.answers;

import dev.parley.contracts.TextEnum;
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
public final class Delivery {
    /** How a response ended; the tag {@code outcome} of its metric and the outcome of {@code AnswerDelivered}. */
    public enum Outcome implements TextEnum {
        /** The connection has taken all of the answer. */
        COMPLETED,
        /** An error came instead of an answer. */
        REFUSED,
        /** An error ended the answer. */
        FAILED,
        /** The gateway disconnected the reader. */
        CUT,
        /** The reader disconnected. */
        LEFT
    }

    private static final long NEVER = -1;

    private final Clock clock;
    private volatile long firstMillis = NEVER;
    private volatile long lastMillis = NEVER;
    private volatile boolean failed;
    private volatile boolean whole;
    private final AtomicBoolean left = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    public Delivery(Clock clock) {
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

    /** An event was written. */
    public void written() {
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
    public void whole() {
        whole = true;
    }

    /** The reader has disconnected; true for the first call. */
    public boolean leave() {
        return !left.getAndSet(true);
    }

    /** The response has ended; true for the first call. */
    public boolean end() {
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

    /** The outcome of a stream that has ended with this signal. */
    public Outcome streamOutcome(SignalType end, ReaderConnection connection) {
        if (end == SignalType.ON_ERROR || connection.isCut()) {
            return Outcome.CUT;
        } else if (!whole || end == SignalType.CANCEL) {
            // The server may end the response of a closed connection as if it were complete.
            return Outcome.LEFT;
        }
        return failed ? Outcome.FAILED : Outcome.COMPLETED;
    }

    /** The outcome of a whole message whose writing has ended. */
    public Outcome messageOutcome(ReaderConnection connection) {
        if (whole) {
            return Outcome.COMPLETED;
        }
        return connection.isCut() ? Outcome.CUT : Outcome.LEFT;
    }
}
