package dev.parley.simulator.http;

import dev.parley.simulator.script.StreamScript.End;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ends responses in ways that HTTP does not specify. */
final class ResponseBreaker {
    /** Long enough for a client to read what was sent before, also on a busy machine: a reset discards unread bytes. */
    private static final Duration DELAY = Duration.ofMillis(100);

    private static final Duration STALL_MAX = Duration.ofMinutes(10);

    private ResponseBreaker() {}

    static void breakOff(End end, Channel channel) {
        switch (end) {
            case COMPLETE -> {}
            case RESET_STREAM -> after(DELAY, channel, () -> resetStream(channel));
            case RESET_CONNECTION -> after(DELAY, channel, () -> reset(Channels.connection(channel)));
            case CLOSE -> after(DELAY, channel, () -> close(Channels.connection(channel)));
            case STALL -> after(STALL_MAX, channel, () -> close(Channels.connection(channel)));
        }
    }

    private static void after(Duration delay, Channel channel, Runnable action) {
        var timer = channel.eventLoop().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        var _ = channel.closeFuture().addListener(_ -> timer.cancel(false));
    }

    private static void resetStream(Channel channel) {
        if (Channels.http2(channel)) {
            var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        } else {
            reset(channel);
        }
    }

    /** With a linger of 0 the close becomes a TCP reset. */
    private static void reset(Channel connection) {
        connection.config().setOption(ChannelOption.SO_LINGER, 0);
        close(connection);
    }

    /** Bypasses the handlers, which would send a GOAWAY first. */
    private static void close(Channel connection) {
        connection.unsafe().closeForcibly();
    }
}
