package dev.parley.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;

/**
 * The kept-alive connections to one address, each for one call at a time. A call that finds the most of them in use waits, which
 * counts as a part of its time. Owned by the event loop.
 */
final class Connections {
    private static final HttpDecoderConfig RESPONSES =
            new HttpDecoderConfig().setMaxHeaderSize(64 * 1024).setMaxChunkSize(64 * 1024);

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final int max;
    /** The one used last is at the front. */
    private final Deque<Channel> idle = new ArrayDeque<>();
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
        this.bootstrap = bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
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
        Channel open = idle.poll();
        while (open != null && !open.isActive()) {
            open = idle.poll();
        }
        if (open == null) {
            connect(call);
        } else {
            send(open, call);
        }
    }

    private void connect(LoadRun.Call call) {
        ChannelFuture connection = bootstrap.connect();
        var _ = connection.addListener(connected -> {
            if (connected.isSuccess()) {
                send(connection.channel(), call);
            } else {
                call.fail("connection: " + connected.cause());
                // Later, because the next may fail at once, too.
                loop.execute(this::ended);
            }
        });
    }

    private void send(Channel channel, LoadRun.Call call) {
        if (call.over()) {
            release(channel);
        } else {
            channel.pipeline().get(Connection.class).send(channel, call);
        }
    }

    /** Keeps a connection for the next call. */
    void release(Channel channel) {
        idle.push(channel);
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
