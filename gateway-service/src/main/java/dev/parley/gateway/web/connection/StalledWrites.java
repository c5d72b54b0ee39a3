package dev.parley.gateway.web.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose client has taken nothing for a while of what waits for it, whatever that is: events, a whole
 * answer, an error. Slow is allowed: one byte will do. One for each connection, owned by its event loop.
 */
public final class StalledWrites extends IdleStateHandler {
    private static final Logger LOG = LoggerFactory.getLogger(StalledWrites.class);
    private static final long NOTHING_WAITS = -1;

    private long taken = NOTHING_WAITS;

    /** Closes the connection after the timeout, and before it has passed twice. */
    public StalledWrites(Duration timeout) {
        super(0, timeout.toMillis(), 0, TimeUnit.MILLISECONDS);
    }

    /** No write has been completed for the time. */
    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        long now = waiting == null || waiting.isEmpty() ? NOTHING_WAITS : waiting.currentProgress();
        if (now != NOTHING_WAITS && now == taken && !event.isFirst()) {
            LOG.info("Closing the connection of a client that takes nothing");
            ReaderConnection.markCut(context.channel());
            var _ = context.close();
        }
        taken = now;
    }
}
