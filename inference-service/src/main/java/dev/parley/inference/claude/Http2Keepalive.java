package dev.parley.inference.claude;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection with calls from which nothing was read for a time, not even the answer to a PING, which is sent after half
 * of it. The check of Reactor Netty ({@code pingAckTimeout}) counts from the last write too, so that further calls would keep a
 * dead connection open.
 */
final class Http2Keepalive extends IdleStateHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Keepalive.class);

    /** Whether a PING was sent after what was read last. Owned by the event loop. */
    private boolean pinged;

    Http2Keepalive(Duration silenceMax) {
        super(silenceMax.toNanos() / 2, 0, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        pinged = false;
        super.channelRead(context, message);
    }

    /** Called again at every half of the limit, until something is read. */
    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        Http2FrameCodec codec = context.pipeline().get(Http2FrameCodec.class);
        if (pinged) {
            LOG.warn("Closing a connection to Claude that has fallen silent");
            var _ = context.close();
        } else if (codec != null && codec.connection().numActiveStreams() > 0) {
            pinged = true;
            var _ = context.channel().writeAndFlush(new DefaultHttp2PingFrame(0));
        }
    }
}
