package dev.parley.inference.claude;

import dev.parley.inference.generation.Claude.AnswerStream;
import dev.parley.inference.generation.Claude.Piece;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A response body as a queue of pieces, written by the HTTP client and read by the thread of a generation. Pieces that arrived
 * while the reader was busy are joined. The demand bounds the queue.
 */
final class HttpAnswerStream implements AnswerStream, BodySubscriber<AnswerStream> {
    private static final int DEMAND = 64;
    private static final int BYTES_PER_PIECE_MAX = 64 * 1024;

    private static final long NOT_WAITING = Long.MIN_VALUE;

    /**
     * Has room for the demand, one timeout and the end of the body. Only {@link #abandon()} can find it full.
     */
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(DEMAND + 2);

    /** The deadline of the reader's wait, by {@link System#nanoTime}. The thread that resets it ends the wait. */
    private final AtomicLong waitsUntil = new AtomicLong(NOT_WAITING);

    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    private @Nullable Piece ahead;
    private boolean ended;

    private final ReadTimeouts readTimeouts;
    private final Runnable onClose;

    /**
     * Makes a stream.
     *
     * @param readTimeouts ends waits after their timeout
     * @param onClose runs when the reader closes the stream
     */
    HttpAnswerStream(ReadTimeouts readTimeouts, Runnable onClose) {
        this.readTimeouts = readTimeouts;
        this.onClose = onClose;
    }

    @Override
    public CompletionStage<AnswerStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription.complete(given);
        readTimeouts.add(this);
        given.request(DEMAND);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        int length = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer joined = ByteBuffer.allocate(length);
        buffers.forEach(joined::put);
        var _ = pieces.offer(new Piece.Bytes(joined.array()));
    }

    @Override
    public void onError(Throwable failure) {
        var _ = pieces.offer(new Piece.Break(failure.toString()));
    }

    @Override
    public void onComplete() {
        var _ = pieces.offer(new Piece.End());
    }

    @Override
    public Piece next(Duration timeout) throws InterruptedException {
        Piece piece = ahead == null ? awaited(System.nanoTime() + timeout.toNanos()) : ahead;
        ahead = null;
        return switch (piece) {
            case Piece.Bytes bytes -> joinedWithQueued(bytes);
            case Piece.End end -> {
                ended = true;
                yield end;
            }
            case Piece.Break broken -> {
                ended = true;
                yield broken;
            }
            case Piece.Silence silence -> silence;
        };
    }

    private Piece awaited(long until) throws InterruptedException {
        waitsUntil.set(Math.max(until, NOT_WAITING + 1));
        Piece piece = pieces.take();
        while (piece instanceof Piece.Silence && System.nanoTime() - until < 0) {
            // Meant for an earlier wait, which a piece ended at the same time.
            piece = pieces.take();
        }
        waitsUntil.set(NOT_WAITING);
        return piece;
    }

    /** Ends the wait of the reader if its timeout is over. */
    void checkTimeout(long now) {
        long until = waitsUntil.get();
        if (until != NOT_WAITING && now - until >= 0 && waitsUntil.compareAndSet(until, NOT_WAITING)) {
            var _ = pieces.offer(new Piece.Silence());
        }
    }

    private Piece joinedWithQueued(Piece.Bytes first) {
        subscription.join().request(1);
        if (pieces.isEmpty()) {
            return first;
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first.bytes());
        while (ahead == null && joined.size() < BYTES_PER_PIECE_MAX) {
            Piece more = pieces.poll();
            if (more instanceof Piece.Bytes bytes) {
                subscription.join().request(1);
                joined.writeBytes(bytes.bytes());
            } else if (more == null) {
                break;
            } else if (!(more instanceof Piece.Silence)) {
                ahead = more;
            }
        }
        return new Piece.Bytes(joined.toByteArray());
    }

    @Override
    public void awaitEnd(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!ended && System.nanoTime() - end < 0) {
            // Content after message_stop is ignored.
            Piece _ = next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    @Override
    public void abandon() {
        var _ = subscription.thenAccept(Subscription::cancel);
        // A full queue wakes the reader too.
        var _ = pieces.offer(new Piece.Break("abandoned"));
    }

    @Override
    public void close() {
        if (!ended) {
            subscription.join().cancel();
        }
        readTimeouts.remove(this);
        onClose.run();
    }
}
