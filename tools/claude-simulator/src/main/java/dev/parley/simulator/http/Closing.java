package dev.parley.simulator.http;

import dev.parley.simulator.script.Ending;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ends responses in the ways that HTTP does not want. */
final class Closing {
    /** Long enough for what was said before to be read, also on a busy machine: a reset discards what was not. */
    private static final Duration AFTERTHOUGHT = Duration.ofMillis(100);

    private static final Duration SILENCE_MAX = Duration.ofMinutes(10);

    private Closing() {}

    /** Whether a response that ends like this is broken off by the simulator. */
    static boolean breaks(Ending ending) {
        return switch (ending) {
            case RESET_STREAM, RESET_CONNECTION, CLOSE -> true;
            case CLEAN, SILENCE -> false;
        };
    }

    /** Sees to the end of a response; nothing is to be done for a clean one. */
    static void arrange(Ending ending, Channel channel) {
        switch (ending) {
            case CLEAN -> {}
            case RESET_STREAM -> after(AFTERTHOUGHT, channel, () -> resetStream(channel));
            case RESET_CONNECTION -> after(AFTERTHOUGHT, channel, () -> reset(Channels.connection(channel)));
            case CLOSE -> after(AFTERTHOUGHT, channel, () -> close(Channels.connection(channel)));
            case SILENCE -> after(SILENCE_MAX, channel, () -> close(Channels.connection(channel)));
        }
    }

    private static void after(Duration delay, Channel channel, Runnable closing) {
        var timer = channel.eventLoop().schedule(closing, delay.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Past the handlers, which would say goodbye first. */
    private static void close(Channel connection) {
        connection.unsafe().closeForcibly();
    }
}
