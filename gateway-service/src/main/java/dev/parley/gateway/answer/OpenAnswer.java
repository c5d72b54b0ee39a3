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
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One answer on its way to one reader. The thread that tails the log is its only writer; the reader takes pieces at its
 * own pace out of a bounded buffer.
 */
public final class OpenAnswer {
    private static final ApiError BROKEN = ApiError.of(500, "Something went wrong on our side.");
    /** What a reader is left for the rest when even the longest answer has ended. */
    private static final Duration REST = Duration.ofSeconds(15);

    private final GenerationId generation;
    private final AnswerSettings settings;
    private final Instant openedAt;
    private final DeltaCursor cursor = new DeltaCursor();
    private final Sinks.One<Opening> opening = Sinks.one();
    private final Sinks.Many<Piece> pieces;
    private final Sinks.Empty<Void> cut = Sinks.empty();
    private Instant lastSent;
    private boolean ended;
    private volatile boolean over;

    OpenAnswer(GenerationId generation, AnswerSettings settings, Instant now) {
        this.generation = generation;
        this.settings = settings;
        this.openedAt = now;
        this.lastSent = now;
        this.pieces =
                Sinks.unsafe().many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(settings.piecesMax()));
    }

    public GenerationId generation() {
        return generation;
    }

    /** How the answer begins, as soon as that is known. */
    public Mono<Opening> opening() {
        return opening.asMono();
    }

    /** Whether nothing of the answer will follow, for any reader. */
    public boolean isOver() {
        return over;
    }

    /** All pieces, for one reader; ends with the answer, or at once with {@link SlowReaderException}. */
    public Flux<Piece> pieces() {
        return pieces.asFlux().takeUntilOther(cut());
    }

    /** Fails when the reader is to lose the connection, wherever its pieces are. */
    public Mono<Void> cut() {
        return cut.asMono();
    }

    /**
     * The next record of this generation.
     *
     * @return whether more can follow
     */
    boolean offer(int partition, long offset, Delta delta, Instant now) {
        if (ended) {
            return false;
        }
        if (!cursor.accepts(delta)) {
            if (cursor.broken() && delta instanceof Recorded && delta.attempt() == cursor.attempt()) {
                // It has ended, so no newer attempt will supply what is missing.
                lost();
            }
            return !ended;
        }
        switch (delta) {
            case Frames frames -> {
                send(new Piece.Events(partition, offset, frames, 0), now);
                opening.tryEmitValue(new Opening.Begun(frames.cache()));
            }
            case Failed failed -> {
                send(new Piece.Failure(failed.body()), now);
                opening.tryEmitValue(new Opening.Refused(failed.status(), failed.retryAfter(), failed.body()));
            }
            case Heartbeat _, Followed _, Released _ -> {
                // Of no interest to a reader.
            }
            case Recorded _ -> lost();
        }
        if (delta.last()) {
            over = true;
            end();
        }
        return !ended;
    }

    /**
     * Time passes: a silent answer pings, one that takes too long fails, and so does a reader who takes too long for the
     * rest of one that has ended.
     *
     * @return whether it is open still
     */
    boolean tick(Instant now) {
        Instant latest = openedAt.plus(settings.lifetimeMax());
        if (ended) {
            boolean tooLate = latest.plus(REST).isBefore(now);
            if (tooLate) {
                cut.tryEmitError(new SlowReaderException());
            }
            return !tooLate;
        } else if (latest.isBefore(now)) {
            fail(ApiError.of(504, "The answer took longer than allowed."));
        } else if (lastSent.plus(settings.pingInterval()).isBefore(now)) {
            send(new Piece.Ping(), now);
        }
        return true;
    }

    /** It could not be filled: nobody knows what its reader has been sent. */
    void broken(Throwable failure) {
        ended = true;
        cut.tryEmitError(failure);
        opening.tryEmitValue(new Opening.Refused(BROKEN.status(), "", BROKEN.body(generation.value())));
    }

    /** Its end came without its last piece: never hide that. */
    private void lost() {
        fail(ApiError.of(500, "A piece of the answer was lost. Please ask again."));
    }

    private void fail(ApiError error) {
        byte[] body = error.body(generation.value());
        send(new Piece.Failure(body), lastSent);
        opening.tryEmitValue(new Opening.Refused(error.status(), "", body));
        end();
    }

    private void send(Piece piece, Instant now) {
        lastSent = now;
        if (pieces.tryEmitNext(piece).isFailure()) {
            // The reader has gone, or is so slow that its buffer is full.
            ended = true;
            cut.tryEmitError(new SlowReaderException());
        }
    }

    private void end() {
        ended = true;
        pieces.tryEmitComplete();
    }
}
