package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.delta.DeltaCursor;
import dev.parley.contracts.id.GenerationId;
import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * One live answer for one reader. The thread that tails the log is the only writer; the reader takes pieces from a
 * {@link Backlog}.
 */
public final class OpenAnswer {
    /** The most pieces that the HTTP server has and the connection has not taken. A power of 2. */
    public static final int AHEAD = 16;

    /** The error for an answer that has no room to wait for its reader. */
    public static final ApiError CROWDED = ApiError.of(529, "Too much waits for slow readers.");

    private static final String RETRY_AFTER_SECONDS = "1";
    /** Pieces for which the queue takes memory at a time. */
    private static final int QUEUE_LINK = 16;

    /** Time that a reader has for the remaining pieces after the maximum duration of an answer. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(15);

    private final GenerationId generation;
    private final AnswerSettings settings;
    private final long openedAt;
    private final DeltaCursor cursor = new DeltaCursor();
    private final Sinks.One<Opening> opening = Sinks.one();
    private final Sinks.Many<Piece> pieces;
    private final LongPredicate room;
    private final LongConsumer whenEnded;
    private final Backlog backlog;
    private final Sinks.Empty<Void> cut = Sinks.empty();
    private long lastSent;
    /** Of all events. */
    private long bytes;

    private boolean begun;
    private boolean ended;
    private volatile boolean over;

    /**
     * An answer that asks for room, in bytes, if its reader is slow.
     *
     * @param now by {@link System#nanoTime()}, as in all methods
     * @param whenEnded gets the bytes of the events before the last piece can reach the reader
     */
    OpenAnswer(GenerationId generation, AnswerSettings settings, long now, LongPredicate room, LongConsumer whenEnded) {
        this.generation = generation;
        this.settings = settings;
        this.openedAt = now;
        this.lastSent = now;
        this.room = room;
        this.whenEnded = whenEnded;
        this.backlog = new Backlog(room);
        this.pieces = Sinks.unsafe()
                .many()
                .unicast()
                .onBackpressureBuffer(Queues.<Piece>unbounded(QUEUE_LINK).get());
    }

    public GenerationId generation() {
        return generation;
    }

    /** Asks for room for a whole response, in bytes, until the answer is closed; false if there is none. A small one is free. */
    public boolean reserve(long bytes) {
        return bytes <= Backlog.STEP_BYTES || room.test(bytes - Backlog.STEP_BYTES);
    }

    /** Emits how the answer begins, once that is known. */
    public Mono<Opening> opening() {
        return opening.asMono();
    }

    /** Whether the last piece of the answer has arrived, or the marker of its turn, so that nothing follows for any reader. */
    public boolean isOver() {
        return over;
    }

    /** All pieces, for one subscriber. Completes with the answer, or fails at once with {@link SlowReaderException}. */
    public Flux<Piece> pieces() {
        return pieces.asFlux().doOnNext(backlog::hand).takeUntilOther(cut());
    }

    /** The connection has taken so many more pieces. */
    public void taken(int count) {
        backlog.pass(count);
    }

    /** Fails when the reader must be disconnected, even while pieces are still buffered. */
    public Mono<Void> cut() {
        return cut.asMono();
    }

    /** Adds the next record of this generation. */
    void offer(int partition, long offset, Delta delta, long now) {
        if (delta instanceof Recorded && delta.attempt() >= cursor.attempt()) {
            // Also of an answer whose reader was disconnected, so that its last piece does not count.
            over = true;
        }
        if (ended) {
            return;
        }
        if (!cursor.accepts(delta)) {
            if (cursor.endsIncomplete(delta)) {
                lost();
            }
            return;
        }
        if (delta instanceof Frames frames) {
            bytes += frames.frames().length;
        }
        if (delta.last()) {
            // Before the last piece is sent, after which the reader may disconnect at once.
            over = true;
            whenEnded.accept(bytes);
        }
        switch (delta) {
            case Frames frames -> {
                send(new Piece.Events(partition, offset, frames, 0), now);
                if (!begun) {
                    begun = true;
                    opening.tryEmitValue(Opening.Begun.of(frames));
                }
            }
            case Failed failed -> {
                Opening.Refused refusal = Opening.Refused.of(failed);
                send(new Piece.Failure(refusal), now);
                opening.tryEmitValue(refusal);
            }
            case Heartbeat _, Followed _, Released _ -> {
                // Carries nothing for a reader.
            }
            case Recorded _ -> lost();
        }
        if (delta.last()) {
            end();
        }
    }

    /**
     * Applies the time limits: sends a ping after {@code pingInterval}, fails the answer after {@code lifetimeMax}, and
     * disconnects a reader that has not drained an ended answer 15 s after that.
     *
     * @return whether the answer is still open
     */
    boolean tick(long now) {
        long overdue = now - openedAt - settings.lifetimeMax().toNanos();
        if (ended) {
            boolean tooLate = overdue > DRAIN_TIMEOUT.toNanos();
            if (tooLate) {
                cut.tryEmitError(new SlowReaderException());
            }
            return !tooLate;
        } else if (overdue > 0) {
            // The next one would too, unless no inference-service has taken up this one.
            fail(ApiError.of(504, "The answer took longer than allowed."), cursor.attempt() > 0);
        } else if (now - lastSent > settings.pingInterval().toNanos()) {
            send(new Piece.Ping(), now);
        }
        return true;
    }

    /** Disconnects the reader after an internal failure, since the delivered part of the answer is unknown. */
    void broken(Throwable failure) {
        ended = true;
        cut.tryEmitError(failure);
        opening.tryEmitValue(Opening.Refused.of(ApiError.INTERNAL, "", generation));
    }

    /** Fails an answer whose end arrived without its last piece, so that a truncated answer never looks complete. */
    private void lost() {
        fail(ApiError.of(500, "A piece of the answer was lost. Please ask again."), false);
    }

    private void fail(ApiError error, boolean noRetry) {
        Opening.Refused refusal = new Opening.Refused(error.status(), "", noRetry, error.body(generation.value()));
        send(new Piece.Failure(refusal), lastSent);
        opening.tryEmitValue(refusal);
        end();
    }

    private void send(Piece piece, long now) {
        lastSent = now;
        if (!backlog.add(piece)) {
            ended = true;
            opening.tryEmitValue(Opening.Refused.of(CROWDED, RETRY_AFTER_SECONDS, generation));
            cut.tryEmitError(new SlowReaderException());
        } else if (pieces.tryEmitNext(piece).isFailure()) {
            // The reader has disconnected: its connection is not to be cut as that of a slow one.
            ended = true;
        }
    }

    private void end() {
        ended = true;
        pieces.tryEmitComplete();
    }
}
