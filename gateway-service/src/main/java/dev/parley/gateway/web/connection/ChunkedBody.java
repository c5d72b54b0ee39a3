package dev.parley.gateway.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.concurrent.Queues;

/**
 * The body of one streamed response over HTTP/1.1 or 1.0, written to the channel below its codec: what has arrived together is one
 * chunk, in one buffer and one write. WebFlux and Reactor Netty write the head before it and the end after it.
 *
 * <p>Pieces come on any thread and are encoded and written on the event loop of the connection. No more of them are requested
 * than the connection has taken, so that what it holds in direct memory is what counts as requested.
 */
public final class ChunkedBody<T> implements CoreSubscriber<T>, Subscription, Runnable {
    /** What one write has at most, unless a single piece is longer. */
    private static final int WRITE_BYTES_MAX = 64 * 1024;

    private static final byte[] CRLF = {'\r', '\n'};

    private final PacedPieces<T> paced;
    private final Function<? super T, byte[]> encoding;
    private final Runnable whole;
    private final Channel channel;
    private final ChannelHandlerContext codec;
    /** Whether the body has chunks: not over HTTP/1.0, where {@link HttpConnectionRules} closes the connection after it. */
    private final boolean chunked;

    private final Subscriber<? super DataBuffer> head;
    private final DataBuffer nothing;
    private final Queue<T> arrived;
    private final AtomicInteger wakeUps = new AtomicInteger();
    private boolean headRequested;

    /** Whether nothing is written until the connection has taken what was. Owned by the event loop. */
    private boolean blocked;

    /** The pieces that the connection has taken since the last request. Owned by the event loop. */
    private int unrequested;

    private @Nullable Subscription source;
    private volatile boolean complete;
    private volatile @Nullable Throwable failure;
    private volatile boolean cancelled;

    private ChunkedBody(
            PacedPieces<T> paced,
            Function<? super T, byte[]> encoding,
            Runnable whole,
            ChannelHandlerContext codec,
            boolean chunked,
            Subscriber<? super DataBuffer> head,
            DataBuffer nothing) {
        this.paced = paced;
        this.encoding = encoding;
        this.whole = whole;
        this.arrived = Queues.<T>get(paced.ahead()).get();
        this.channel = codec.channel();
        this.codec = codec;
        this.chunked = chunked;
        this.head = head;
        this.nothing = nothing;
    }

    /**
     * Writes a response, on the event loop of its connection; nothing if that is closed.
     *
     * @param encoding of each piece, called on the event loop; an empty array is not written
     * @param whole runs when the connection has taken all pieces, on the event loop
     */
    public static <T> Mono<Void> write(
            PacedPieces<T> paced, Function<? super T, byte[]> encoding, Runnable whole, ServerHttpResponse response) {
        ReaderConnection connection = ReaderConnection.of(response);
        return Mono.justOrEmpty(connection.codec())
                .flatMap(codec -> response.writeWith(Flux.from(head -> head.onSubscribe(new ChunkedBody<>(
                        paced,
                        encoding,
                        whole,
                        codec,
                        connection.takesChunks(),
                        head,
                        response.bufferFactory().wrap(new byte[0]))))));
    }

    /**
     * The first request comes before the head is written, and is answered with an empty buffer; the next one comes when the
     * head is written.
     */
    @Override
    public void request(long count) {
        if (!headRequested) {
            headRequested = true;
            head.onNext(nothing);
        } else if (source == null) {
            paced.pieces().subscribe(this);
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        subscription.request(paced.ahead());
    }

    @Override
    public void onNext(T piece) {
        if (!arrived.offer(piece)) {
            throw new IllegalStateException("more pieces than were requested");
        }
        wakeUp();
    }

    @Override
    public void onComplete() {
        complete = true;
        wakeUp();
    }

    @Override
    public void onError(Throwable cause) {
        failure = cause;
        wakeUp();
    }

    /** The connection was closed. */
    @Override
    public void cancel() {
        cancelled = true;
        Subscription from = source;
        if (from != null) {
            from.cancel();
        }
    }

    private void wakeUp() {
        if (wakeUps.getAndIncrement() == 0) {
            channel.eventLoop().execute(this);
        }
    }

    @Override
    public void run() {
        int handled = wakeUps.get();
        while (handled != 0 && !cancelled) {
            try {
                writeArrived();
            } catch (RuntimeException | Error e) {
                // An Error would pass through all operators, and leave a silent stream behind.
                fail(new IllegalStateException("a piece cannot be written", e));
            }
            handled = wakeUps.addAndGet(-handled);
        }
    }

    private void writeArrived() {
        Throwable cause = failure;
        if (cause != null) {
            // Not delayed by a client that has stopped reading.
            fail(cause);
            return;
        }
        while (!blocked && !cancelled) {
            boolean ends = complete;
            List<byte[]> batch = new ArrayList<>();
            int length = 0;
            int taken = 0;
            for (T piece = next(length); piece != null; piece = next(length)) {
                byte[] bytes = encoding.apply(piece);
                batch.add(bytes);
                length += bytes.length;
                taken++;
            }
            ends &= arrived.isEmpty();
            if (taken == 0 && !ends) {
                return;
            }
            write(batch, length, taken, ends);
        }
    }

    private @Nullable T next(int length) {
        return length < WRITE_BYTES_MAX ? arrived.poll() : null;
    }

    private void fail(Throwable cause) {
        cancel();
        head.onError(cause);
    }

    /** Writes on, or ends the response, when the connection has taken all of it: it never holds more than was requested. */
    private void write(List<byte[]> batch, int length, int taken, boolean ends) {
        if (length == 0) {
            written(taken, ends);
            return;
        }
        blocked = true;
        var _ = codec.writeAndFlush(chunk(batch, length)).addListener(write -> {
            if (write.isSuccess()) {
                blocked = false;
                written(taken, ends);
                wakeUp();
            }
        });
    }

    private void written(int taken, boolean ends) {
        if (!ends) {
            more(taken);
        } else if (!cancelled) {
            cancelled = true;
            whole.run();
            head.onComplete();
        }
    }

    private void more(int count) {
        Subscription from = source;
        if (count > 0 && from != null && !cancelled) {
            paced.taken().accept(count);
            unrequested += count;
            // Not for each piece, because a request passes all operators.
            if (unrequested >= paced.ahead() / 2) {
                from.request(unrequested);
                unrequested = 0;
            }
        }
    }

    /** A chunk (RFC 9112, 7.1), or its bytes. */
    private ByteBuf chunk(List<byte[]> batch, int length) {
        if (!chunked) {
            ByteBuf bytes = channel.alloc().directBuffer(length);
            batch.forEach(bytes::writeBytes);
            return bytes;
        }
        byte[] size = Integer.toHexString(length).getBytes(US_ASCII);
        ByteBuf chunk = channel.alloc().directBuffer(size.length + length + 2 * CRLF.length);
        chunk.writeBytes(size).writeBytes(CRLF);
        batch.forEach(chunk::writeBytes);
        return chunk.writeBytes(CRLF);
    }
}
