package dev.parley.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.SimpleChannelPool;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The kept-alive connections to one address, each for one call at a time. A call that finds the most of them in use waits, which
 * counts as a part of its time. Owned by the event loop.
 */
final class Connections {
    private static final HttpDecoderConfig RESPONSES =
            new HttpDecoderConfig().setMaxHeaderSize(64 * 1024).setMaxChunkSize(64 * 1024);

    private final EventLoop loop;
    private final ChannelPool pool;
    private final int max;
    /** At most the calls of the runs. */
    private final Queue<LoadRun.Call> waiting = new ArrayDeque<>();

    private int used;

    /**
     * Has no connection yet.
     *
     * @param all takes each connection
     */
    Connections(EventLoop loop, Bootstrap bootstrap, int max, ChannelGroup all) {
        this.loop = loop;
        this.max = max;
        this.pool = new SimpleChannelPool(bootstrap, new AbstractChannelPoolHandler() {
            @Override
            public void channelCreated(Channel channel) {
                all.add(channel);
                channel.pipeline()
                        .addLast(new HttpClientCodec(RESPONSES, false, false), new Connection(Connections.this));
            }
        });
    }

    /** Sends a call over the connection that was used last, or a new one if none is idle. */
    void send(LoadRun.Call call) {
        if (used >= max) {
            waiting.add(call);
            return;
        }
        used++;
        var _ = pool.acquire().addListener(acquired -> {
            if (!acquired.isSuccess()) {
                call.fail("connection: " + acquired.cause());
                // Later, because the next may fail at once, too.
                loop.execute(this::ended);
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

    /** Keeps a connection for the next call. */
    void release(Channel channel) {
        var _ = pool.release(channel);
        ended();
    }

    /** A call no longer uses its connection, which is not kept. */
    void ended() {
        used--;
        LoadRun.Call next = waiting.poll();
        while (next != null && next.over()) {
            next = waiting.poll();
        }
        if (next != null) {
            send(next);
        }
    }
}
