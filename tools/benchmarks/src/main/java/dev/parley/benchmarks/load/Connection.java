package dev.parley.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One kept-alive connection: one call after the other. Owned by the event loop. */
final class Connection extends ChannelInboundHandlerAdapter implements ResponseDecoder.Listener {
    private final Connections pool;
    private final ResponseDecoder decoder = new ResponseDecoder(this);
    private @Nullable ChannelHandlerContext context;
    private @Nullable Call call;
    private boolean used;
    private long now;

    Connection(Connections pool) {
        this.pool = pool;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    boolean usable() {
        return context != null && context.channel().isActive();
    }

    void send(Call next) {
        call = next;
        byte[] body = next.request().body();
        if (context != null) {
            var _ = context.writeAndFlush(
                    Unpooled.wrappedBuffer(next.target().head(body.length), body), context.voidPromise());
        }
    }

    void close() {
        if (context != null) {
            var _ = context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext on, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        now = System.nanoTime();
        try {
            decoder.read(bytes);
        } finally {
            bytes.release();
        }
        Call current = call;
        if (current != null && current.over()) {
            // Given up meanwhile: the rest of its answer is of no use.
            close();
        }
    }

    @Override
    public void head(int status, boolean eventStream) {
        if (call != null) {
            call.head(status, eventStream);
        }
    }

    @Override
    public void body(ByteBuf part) {
        if (call != null) {
            call.body(part, now);
        }
    }

    @Override
    public void end(boolean keepAlive) {
        Call ended = call;
        call = null;
        used = true;
        if (keepAlive) {
            pool.giveBack(this);
        } else {
            close();
        }
        if (ended != null) {
            ended.end(now);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext on) {
        now = System.nanoTime();
        decoder.closed();
        pool.gone(this);
        Call broken = call;
        call = null;
        if (broken == null || broken.over()) {
            return;
        }
        if (used && !broken.begun()) {
            // The server had closed it as idle while the request was on its way.
            pool.send(broken);
        } else {
            broken.fail(Flaw.CONNECTION, "the connection was closed in the middle of an answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext on, Throwable cause) {
        if (call != null) {
            if (!used || call.begun()) {
                call.fail(Flaw.CONNECTION, String.valueOf(cause));
            }
        }
        var _ = on.close();
    }
}
