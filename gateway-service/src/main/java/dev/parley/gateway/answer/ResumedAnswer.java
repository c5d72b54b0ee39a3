package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.delta.DeltaCursor;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One answer as it is read from the log again, for one reader: who lost the connection, or has a second device. The
 * thread that reads the log is its only writer, and waits while the reader's buffer is full.
 */
public final class ResumedAnswer {
    private static final String SOON = "1";
    private static final ApiError GONE = ApiError.of(
            410,
            "The events of this answer are no longer kept. The stored conversation has it:"
                    + " GET /v1/conversations/{id}, with the id that x-parley-conversation told.");

    private final GenerationId generation;
    private final Optional<EventId> after;
    private final AnswerSettings answers;
    private final ResumeSettings settings;
    private final Predicate<ConversationId> deleted;
    private final Clock clock;
    private final Instant startedAt;
    private final DeltaCursor cursor = new DeltaCursor();
    private final Sinks.One<Opening> opening = Sinks.one();
    private final Sinks.Many<Piece> pieces;
    private final Sinks.Empty<Piece> cut = Sinks.empty();
    private final Semaphore room;
    private Instant lastSent;
    private boolean trimmed;
    private boolean found;
    private boolean ended;
    private volatile boolean refused;
    private volatile boolean over;
    private volatile boolean left;

    /**
     * An answer of which nothing has been read.
     *
     * @param after the last event that the reader has; empty for none
     * @param deleted whether the generation was deleted with its conversation
     */
    public ResumedAnswer(
            GenerationId generation,
            Optional<EventId> after,
            AnswerSettings answers,
            ResumeSettings settings,
            Predicate<ConversationId> deleted,
            Clock clock) {
        this.generation = generation;
        this.after = after;
        this.answers = answers;
        this.settings = settings;
        this.deleted = deleted;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.lastSent = startedAt;
        this.room = new Semaphore(settings.piecesMax());
        this.pieces =
                Sinks.unsafe().many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(settings.piecesMax()));
    }

    /** What a reader is told who comes when the log has forgotten the answer. */
    public static ApiError gone() {
        return GONE;
    }

    public GenerationId generation() {
        return generation;
    }

    /** How the answer begins, as soon as that is known. */
    public Mono<Opening> opening() {
        return opening.asMono();
    }

    /**
     * All pieces, each with the number of events that the reader has already; ends with the answer, or at once with
     * {@link SlowReaderException}.
     */
    public Flux<Piece> pieces() {
        return pieces.asFlux().doOnNext(_ -> room.release()).takeUntilOther(cut.asMono());
    }

    /** The reader has gone; whoever waits for it waits no longer. */
    public void leave() {
        left = true;
        room.release(settings.piecesMax());
    }

    /** Whether no more has to be read. On the thread that reads the log. */
    public boolean isDone() {
        return ended || left;
    }

    /** Whether nothing of the answer will follow, for any reader. */
    public boolean isOver() {
        return over;
    }

    /** The conversation of this generation, as its first record tells it: before that is offered. */
    public void belongsTo(ConversationId conversation) {
        if (!found && deleted.test(conversation)) {
            unknown();
        }
    }

    /** There may have been records of this generation before the first that the log still has. */
    public void trimmed() {
        trimmed = true;
    }

    /** The next record of this generation. Blocks while the reader's buffer is full. */
    public void offer(int partition, long offset, Delta delta) throws InterruptedException {
        if (!found && (delta.sequence() > 0 || (trimmed && delta.attempt() > 1))) {
            refuse(GONE, "");
        }
        found = true;
        if (isDone()) {
            return;
        } else if (!cursor.accepts(delta)) {
            if (cursor.broken() && delta instanceof Recorded && delta.attempt() == cursor.attempt()) {
                // It has ended, so no newer attempt will supply what is missing.
                lost();
            }
            return;
        }
        switch (delta) {
            case Frames frames -> {
                opening.tryEmitValue(new Opening.Begun(frames.cache()));
                // Also what the reader has: a translation of what follows may depend on it.
                int had = after.map(id -> id.framesHadAt(offset)).orElse(0);
                send(new Piece.Events(partition, offset, frames, had));
            }
            case Failed failed -> fail(failed.status(), failed.retryAfter(), failed.body());
            case Heartbeat _, Followed _, Released _ -> {
                // Of no interest to a reader.
            }
            case Recorded _ -> lost();
        }
        if (delta.last()) {
            over = true;
            end();
        }
    }

    /**
     * Time passes.
     *
     * @param caughtUp whether all that was on the log at the beginning has been read
     */
    public void tick(boolean caughtUp) throws InterruptedException {
        Instant now = clock.instant();
        boolean overdue = generation.madeAt().plus(answers.lifetimeMax()).isBefore(now);
        boolean waitedLong = startedAt.plus(answers.headPatience()).isBefore(now);
        if (isDone()) {
            return;
        } else if (caughtUp && !found && overdue) {
            refuse(trimmed ? GONE : ApiError.of(404, "There is no such generation."), "");
        } else if (caughtUp && !found && waitedLong) {
            refuse(ApiError.of(503, "Nothing is known of this generation yet."), SOON);
        } else if (caughtUp && overdue) {
            fail(ApiError.of(504, "The answer took longer than allowed."));
        } else if (lastSent.plus(answers.pingInterval()).isBefore(now)) {
            send(new Piece.Ping());
        }
        if (found && waitedLong) {
            opening.tryEmitValue(new Opening.Begun(CacheVerdict.MISS));
        }
    }

    /** There is no such generation, or none any more. */
    public void unknown() {
        refuse(ApiError.of(404, "There is no such generation."), "");
    }

    /** The log cannot be read. Who has had nothing yet is told; who has can come back. */
    public void broken(Throwable failure) {
        refuse(ApiError.of(503, "The log cannot be reached."), SOON);
        cut.tryEmitError(failure);
    }

    /** Waits until the reader has taken all there is. */
    public void drain() throws InterruptedException {
        if (!refused
                && !left
                && !room.tryAcquire(
                        settings.piecesMax(), settings.readerPatience().toMillis(), TimeUnit.MILLISECONDS)) {
            cut.tryEmitError(new SlowReaderException());
        }
    }

    /** Its end came without its last piece: never hide that. */
    private void lost() throws InterruptedException {
        fail(ApiError.of(500, "A piece of the answer was lost. Please ask again."));
    }

    private void fail(ApiError error) throws InterruptedException {
        fail(error.status(), "", error.body(generation.value()));
    }

    private void fail(int status, String retryAfter, byte[] body) throws InterruptedException {
        if (opening.tryEmitValue(new Opening.Refused(status, retryAfter, body)).isSuccess()) {
            refused = true;
        } else {
            send(new Piece.Failure(body));
        }
        end();
    }

    private void refuse(ApiError error, String retryAfter) {
        byte[] body = error.body(generation.value());
        refused = opening.tryEmitValue(new Opening.Refused(error.status(), retryAfter, body))
                .isSuccess();
        ended = true;
    }

    private void send(Piece piece) throws InterruptedException {
        if (!room.tryAcquire(settings.readerPatience().toMillis(), TimeUnit.MILLISECONDS)) {
            ended = true;
            cut.tryEmitError(new SlowReaderException());
        } else if (!left && pieces.tryEmitNext(piece).isSuccess()) {
            lastSent = clock.instant();
        }
    }

    private void end() {
        ended = true;
        pieces.tryEmitComplete();
    }
}
