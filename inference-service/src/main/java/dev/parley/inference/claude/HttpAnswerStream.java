package dev.parley.inference.claude;

import dev.parley.inference.generation.calls.Claude.AnswerReader;
import dev.parley.inference.generation.calls.Claude.AnswerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.netty.Connection;

/**
 * A response body, passed to its reader on the event loop of its connection, which owns this object. While the reader has no
 * room, the channel is not read: over HTTP/2 that is the one stream, not the connection.
 */
final class HttpAnswerStream extends BaseSubscriber<Object> implements AnswerStream {
    private static final long ROOM_CHECK_MILLIS = 10;

    /** Size at which a batch ends without waiting for more. */
    private static final int BATCH_BYTES_MAX = 16 * 1024;

    private enum State {
        READING,
        /** The response has ended, and the channel may serve another one; the reader is told so after its batch. */
        RECEIVED,
        DRAINING,
        /** The response has ended or was closed. */
        OVER
    }

    private final Connection connection;
    private final Channel channel;
    private final EventLoop loop;
    private State state = State.READING;
    private boolean batchOpen;
    private int batchBytes;

    /** Whether it is in the {@link OpenBatches} of its loop. */
    private boolean waiting;

    /** Whether the channel is not read, and a timer runs to check for room. */
    private boolean full;

    private long latest;
    private @Nullable Future<?> pauseTimer;

    /** Set by {@link #read}, before the first call of the reader. */
    private @Nullable AnswerReader reader;

    private long pauseNanos;

    HttpAnswerStream(Connection connection) {
        this.connection = connection;
        this.channel = connection.channel();
        this.loop = channel.eventLoop();
    }

    @Override
    public void read(AnswerReader to, Duration pause) {
        loop.execute(() -> {
            reader = to;
            pauseNanos = pause.toNanos();
            latest = System.nanoTime();
            checkForPauseIn(pauseNanos);
            if (channel instanceof Http2StreamChannel) {
                channel.pipeline().addFirst(new DataFrames());
            }
            connection.inbound().receiveObject().subscribe(this);
        });
    }

    /**
     * Takes the bytes of the body from its frames: Reactor Netty would make HTTP/1.1's messages of them first. The last frame goes
     * its way, because the end follows it.
     */
    private final class DataFrames extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2DataFrame frame && !frame.isEndStream()) {
                try {
                    received(frame.content());
                } finally {
                    frame.release();
                }
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            // No handler behind this one needs it.
        }
    }

    @Override
    protected void hookOnNext(Object message) {
        received(message instanceof ByteBufHolder holder ? holder.content() : (ByteBuf) message);
    }

    private void received(ByteBuf bytes) {
        if (state != State.READING) {
            return;
        }
        latest = System.nanoTime();
        batchBytes += bytes.readableBytes();
        call(to -> to.received(bytes.nioBuffer()));
        if (!batchOpen) {
            call(to -> openBatch(to.batchDelay()));
        } else if (batchBytes >= BATCH_BYTES_MAX) {
            endBatch();
        }
    }

    private void openBatch(Duration delay) {
        batchOpen = true;
        if (delay.isPositive() && batchBytes < BATCH_BYTES_MAX) {
            if (!waiting) {
                waiting = true;
                OpenBatches.of(loop).add(this, delay);
            }
        } else {
            // Runs after everything that this loop has read together.
            loop.execute(this::endBatch);
        }
    }

    void endWaitingBatch() {
        waiting = false;
        if (batchOpen) {
            endBatch();
        }
    }

    private void endBatch() {
        batchOpen = false;
        batchBytes = 0;
        call(AnswerReader::batchEnded);
        if (state == State.RECEIVED) {
            call(AnswerReader::ended);
            over();
        } else if (!full) {
            checkForRoom();
        }
    }

    private void checkForRoom() {
        if (state != State.READING) {
            return;
        }
        boolean room = reader != null && reader.hasRoom();
        if (room != channel.config().isAutoRead()) {
            channel.config().setAutoRead(room);
        }
        full = !room;
        if (full) {
            latest = System.nanoTime();
            var _ = loop.schedule(this::checkForRoom, ROOM_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void checkForPauseIn(long nanos) {
        pauseTimer = loop.schedule(this::checkForPause, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkForPause() {
        long left = latest + pauseNanos - System.nanoTime();
        if (left <= 0) {
            call(AnswerReader::paused);
            latest = System.nanoTime();
            left = pauseNanos;
        }
        if (state == State.READING) {
            checkForPauseIn(left);
        }
    }

    @Override
    protected void hookOnComplete() {
        if (state == State.READING) {
            state = State.RECEIVED;
            stopPauseTimer();
            if (!batchOpen) {
                endBatch();
            }
        } else {
            over();
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        call(AnswerReader::batchEnded);
        call(to -> to.broken(failure.toString()));
        over();
    }

    @Override
    public void abandon() {
        loop.execute(() -> {
            if (state == State.READING && reader == null) {
                close();
            } else {
                call(to -> to.broken("abandoned"));
            }
        });
    }

    @Override
    public void drain(Duration timeout) {
        if (state == State.RECEIVED) {
            over();
        } else if (state == State.READING) {
            over();
            state = State.DRAINING;
            channel.config().setAutoRead(true);
            pauseTimer = loop.schedule(this::close, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        if (state == State.RECEIVED) {
            over();
        } else if (state != State.OVER) {
            over();
            connection.dispose();
        }
    }

    private void over() {
        state = State.OVER;
        // It has the whole answer, and the connection refers to this stream until it is drained.
        reader = null;
        stopPauseTimer();
    }

    private void stopPauseTimer() {
        if (pauseTimer != null) {
            pauseTimer.cancel(false);
        }
    }

    /** What a reader throws is its own failure: the other answers of this loop go on. */
    private void call(Consumer<AnswerReader> action) {
        AnswerReader to = reader;
        if ((state != State.READING && state != State.RECEIVED) || to == null) {
            return;
        }
        try {
            action.accept(to);
        } catch (RuntimeException | Error e) {
            to.failed(e);
        }
    }
}
