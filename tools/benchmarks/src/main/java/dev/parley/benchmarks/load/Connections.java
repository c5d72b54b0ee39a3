package dev.parley.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;

/**
 * The kept-alive connections to one address, each for one call at a time. A call that finds the most of them in use waits, which
 * counts as a part of its time. Owned by the event loop.
 */
final class Connections {
    private static final HttpDecoderConfig RESPONSES =
            new HttpDecoderConfig().setMaxHeaderSize(64 * 1024).setMaxChunkSize(64 * 1024);

    private final ChannelPool pool;

    /**
     * @param all takes each connection
     */
    Connections(Bootstrap bootstrap, int max, ChannelGroup all) {
        // The calls that wait are those of the runs.
        this.pool = new FixedChannelPool(
                bootstrap,
                new AbstractChannelPoolHandler() {
                    @Override
                    public void channelCreated(Channel channel) {
                        all.add(channel);
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(RESPONSES, false, false), new Connection(Connections.this));
                    }
                },
                max,
                Integer.MAX_VALUE);
    }

    /** Sends a call over the connection that was used last, or a new one if none is idle. */
    void send(LoadRun.Call call) {
        var _ = pool.acquire().addListener(acquired -> {
            if (!acquired.isSuccess()) {
                call.fail("connection: " + acquired.cause());
                return;
            }
            Channel channel = (Channel) acquired.getNow();
            if (call.over()) {
                release(channel);
            } else {
                channel.pipeline().get(Connection.class).send(channel, call);
            }
        });
    }

    /** Ends the use of a connection, which is kept for the next call unless it is closed. */
    void release(Channel channel) {
        var _ = pool.release(channel);
    }
}
