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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * One answer read again from the log for one reader that lost its connection or uses a second device. The thread that
 * reads the log is the only writer, and blocks while the reader's buffer is full.
 */
public final class ResumedAnswer {
    private static final String RETRY_AFTER_SECONDS = "1";

    /** Longer, because an old answer may be resumed a tenth as often as a live one. */
    private static final String RETRY_LATE_AFTER_SECONDS = "20";
    /** Pieces for which the queue takes memory at a time. */
    private static final int QUEUE_LINK = 16;
    /** Of a large piece: one is being written, one waits, and the thread that reads the log has one. */
    private static final int LARGE_AT_ONCE = 3;

    /** The error for an answer whose records the log no longer retains. */
    public static final ApiError GONE = ApiError.of(
            410,
            "The events of this answer are no longer kept. The stored conversation has it, unless it was deleted:"
                    + " GET /v1/conversations/{id}, with the id from x-parley-conversation.");

    private static final ApiError NOTHING_KNOWN = ApiError.of(503, "Nothing is known of this generation yet.");

    private static final ApiError UNREACHABLE = ApiError.of(503, "The log cannot be reached.");

    private static final ApiError FOREIGN =
            ApiError.invalidRequest("last-event-id: this is the id of an event of another answer");

    private final GenerationId generation;
    /** The last event that the reader received; empty for none. */
    private final Optional<EventId> after;

    private final AnswerSettings answers;
    private final ResumeSettings settings;
    /** Is asked for room for large pieces, which readers share. */
    private final LongPredicate shared;
    /** Whether this generation was deleted with the given conversation. */
    private final Predicate<ConversationId> deleted;
    /** Receives the conversation before the last piece is sent. */
    private final Consumer<ConversationId> completed;

    private final Clock clock;
    private final LongSupplier nanoTime;
    /** By {@link System#nanoTime()}, as the other times of this reader. */
    private final long startedAt;
    /** When something was read last; later by the time for which the reader was waited for since. */
    private long readAt;

    private final DeltaCursor cursor = new DeltaCursor();
    private final Sinks.One<Opening> opening = Sinks.one();
    private final Sinks.Many<Piece> pieces;
    private final Sinks.Empty<Piece> cut = Sinks.empty();
    /** A permit for each byte of pieces that the reader may still leave waiting. */
    private final Semaphore room;

    private volatile Optional<ConversationId> conversation = Optional.empty();
    private long lastSent;
    /** The longest piece that there is room for. */
    private int longest;

    private boolean found;
    private boolean ended;
    private volatile boolean refused;
    private volatile boolean over;
    private volatile boolean left;

    public ResumedAnswer(
            GenerationId generation,
            Optional<EventId> after,
            AnswerSettings answers,
            ResumeSettings settings,
            LongPredicate shared,
            Predicate<ConversationId> deleted,
            Consumer<ConversationId> completed,
            Clock clock,
            LongSupplier nanoTime) {
        this.generation = generation;
        this.after = after;
        this.answers = answers;
        this.settings = settings;
        this.shared = shared;
        this.longest = settings.bytesMax();
        this.deleted = deleted;
        this.completed = completed;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
        this.readAt = startedAt;
        this.lastSent = startedAt;
        this.room = new Semaphore(settings.bytesMax());
        this.pieces = Sinks.unsafe()
                .many()
                .unicast()
                .onBackpressureBuffer(Queues.<Piece>unbounded(QUEUE_LINK).get());
    }

    public GenerationId generation() {
        return generation;
    }

    public Optional<EventId> after() {
        return after;
    }

    /** Emits how the answer begins, once that is known. */
    public Mono<Opening> opening() {
        return opening.asMono();
    }

    /**
     * All pieces, each with the number of events that the reader already has. Completes with the answer, or fails at
     * once with {@link SlowReaderException}.
     */
    public Flux<Piece> pieces() {
        return pieces.asFlux().doOnNext(piece -> room.release(room(piece))).takeUntilOther(cut.asMono());
    }

    /** Records that the reader has disconnected, and unblocks the thread that waits for it. */
    public void leave() {
        left = true;
        room.release(settings.bytesMax());
    }

    /** Whether reading can stop. Called on the thread that reads the log. */
    public boolean isDone() {
        return ended || left;
    }

    /** Whether the last piece of the answer has arrived, so that nothing follows for any reader. */
    public boolean isOver() {
        return over;
    }

    /** Sets the conversation, as named by the first record of the generation. Called before that record is offered. */
    public void belongsTo(ConversationId named) {
        if (!found && deleted.test(named)) {
            unknown();
        }
        conversation = Optional.of(named);
    }

    /** The conversation of the answer, once its first record was read. */
    public Optional<ConversationId> conversation() {
        return conversation;
    }

    /** Adds the next record of this generation. Blocks while the reader's buffer is full, up to {@code readTimeout}. */
    public void offer(int partition, long offset, Delta delta) throws InterruptedException {
        if (!found && delta.sequence() > 0) {
            refuse(GONE, "");
        } else if (!found && after.filter(id -> id.offset() < offset).isPresent()) {
            foreignEvent();
        }
        found = true;
        if (isDone()) {
            return;
        } else if (!cursor.accepts(delta)) {
            if (cursor.endsIncomplete(delta)) {
                lost();
            }
            return;
        }
        over = delta.last();
        if (over) {
            conversation.ifPresent(completed);
        }
        switch (delta) {
            case Frames frames -> {
                // Includes events that the reader has: the translation of later events may depend on them.
                int received = after.map(id -> id.framesReceivedAt(offset)).orElse(0);
                Piece piece = new Piece.Events(partition, offset, frames, received);
                if (!hasRoom(piece)) {
                    breakOff(OpenAnswer.CROWDED, new SlowReaderException());
                    return;
                }
                opening.tryEmitValue(Opening.Begun.of(frames));
                send(piece);
            }
            case Failed failed -> fail(Opening.Refused.of(failed));
            case Heartbeat _, Followed _, Released _ -> {
                // Carries nothing for a reader.
            }
            case Recorded _ -> lost();
        }
        if (over) {
            end();
        }
    }

    /** Something was read from the partition of this generation, whatever it was. */
    public void progressed() {
        readAt = nanoTime.getAsLong();
    }

    public boolean isFound() {
        return found;
    }

    /** Refuses with 503, for now: too many readers look for an answer that began late, if at all. */
    public void tooManyLate() {
        refuse(NOTHING_KNOWN, RETRY_LATE_AFTER_SECONDS);
    }

    /** The time after which this generation has ended, unless its request waited for an inference-service. */
    public Instant endsBefore() {
        return generation.madeAt().plus(answers.lifetimeMax());
    }

    /**
     * Applies the time limits.
     *
     * @param caughtUp whether everything up to the end of the log at the start has been read
     */
    public void tick(boolean caughtUp) throws InterruptedException {
        long now = nanoTime.getAsLong();
        long headTimeout = answers.headTimeout().toNanos();
        boolean overdue = endsBefore().isBefore(clock.instant());
        boolean waitedLong = now - startedAt > headTimeout;
        if (isDone()) {
            return;
        } else if (caughtUp && !found && overdue) {
            unknown();
        } else if (caughtUp && !found && waitedLong) {
            refuse(NOTHING_KNOWN, RETRY_AFTER_SECONDS);
        } else if (!caughtUp && now - readAt > headTimeout) {
            broken(new TimeoutException("nothing of the partition could be read for " + answers.headTimeout()));
        } else if (caughtUp && overdue) {
            fail(ApiError.of(504, "The answer took longer than allowed."));
        } else if (now - lastSent > answers.pingInterval().toNanos()) {
            send(new Piece.Ping());
        }
        if (found && waitedLong) {
            opening.tryEmitValue(new Opening.Begun(CacheVerdict.MISS));
        }
    }

    /** Refuses with 400: the reader's last event is not of this answer. */
    public void foreignEvent() {
        refuse(FOREIGN, "");
    }

    /** Refuses with 404: the generation does not exist or was deleted. */
    public void unknown() {
        refuse(ApiError.of(404, "There is no such generation."), "");
    }

    /** Ends after a failure to read the log: with 503 before the first event, otherwise by closing the connection. */
    public void broken(Throwable failure) {
        breakOff(UNREACHABLE, failure);
    }

    /** Refuses before the first event, otherwise closes the connection. */
    private void breakOff(ApiError error, Throwable failure) {
        refuse(error, RETRY_AFTER_SECONDS);
        cut.tryEmitError(failure);
    }

    /**
     * Waits until the reader has taken all pieces. If it takes none for {@code readTimeout}, or is slower than the longest answer, it is
     * disconnected.
     */
    public void drain() throws InterruptedException {
        long end = nanoTime.getAsLong() + answers.lifetimeMax().toNanos();
        int before = room.availablePermits();
        while (!refused
                && !left
                && !room.tryAcquire(settings.bytesMax(), settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
            int now = room.availablePermits();
            if (now == before || nanoTime.getAsLong() - end > 0) {
                cut.tryEmitError(new SlowReaderException());
                return;
            }
            before = now;
        }
    }

    /** Fails an answer whose end arrived without its last piece, so that a truncated answer never looks complete. */
    private void lost() throws InterruptedException {
        fail(ApiError.of(500, "A piece of the answer was lost. Please ask again."));
    }

    private void fail(ApiError error) throws InterruptedException {
        fail(Opening.Refused.of(error, "", generation));
    }

    private void fail(Opening.Refused failure) throws InterruptedException {
        if (opening.tryEmitValue(failure).isSuccess()) {
            refused = true;
        } else {
            send(new Piece.Failure(failure));
        }
        end();
    }

    private void refuse(ApiError error, String retryAfter) {
        refused = opening.tryEmitValue(Opening.Refused.of(error, retryAfter, generation))
                .isSuccess();
        ended = true;
    }

    private void send(Piece piece) throws InterruptedException {
        long before = nanoTime.getAsLong();
        if (!room.tryAcquire(room(piece), settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
            ended = true;
            cut.tryEmitError(new SlowReaderException());
        } else if (!left && pieces.tryEmitNext(piece).isSuccess()) {
            lastSent = nanoTime.getAsLong();
        }
        readAt += nanoTime.getAsLong() - before;
    }

    /** Takes room for pieces of this length, if it is beyond what each reader has. */
    private boolean hasRoom(Piece piece) {
        int more = piece.bytes() - longest;
        if (more > 0 && !shared.test((long) LARGE_AT_ONCE * more)) {
            return false;
        }
        longest = Math.max(longest, piece.bytes());
        return true;
    }

    /** The permits that a piece takes: all of them if it is larger. */
    private int room(Piece piece) {
        return Math.min(piece.bytes(), settings.bytesMax());
    }

    private void end() {
        ended = true;
        pieces.tryEmitComplete();
    }
}
