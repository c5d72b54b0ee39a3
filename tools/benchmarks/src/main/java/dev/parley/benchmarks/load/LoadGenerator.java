package dev.parley.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Sends requests when they are due, from one thread, so that it takes little processor time from the measured system. */
public final class LoadGenerator implements AutoCloseable {
    /** Between the call that starts a run and its first request. */
    private static final long LEAD_NANOS = 5_000_000;

    private static final Duration AFTER_THE_END = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 5_000;

    /** With timers that are finer than those of NIO. */
    private static final boolean EPOLL = Epoll.isAvailable();

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final ChannelGroup channels = new DefaultChannelGroup(loop);

    /** Owned by the event loop. */
    private final Map<URI, Connections> connections = new HashMap<>();

    /** Those that have not ended. */
    private final Set<LoadRun> runs = ConcurrentHashMap.newKeySet();

    /** Starts a run, which ends at the latest when the time for its last answer is over. */
    public CompletableFuture<LoadResult> begin(Load load) {
        LoadRun run = new LoadRun(load, System.nanoTime() + LEAD_NANOS);
        runs.add(run);
        loop.execute(() -> {
            var limit = loop.schedule(run::timeOut, LEAD_NANOS + load.end(), TimeUnit.NANOSECONDS);
            var _ = run.done().whenComplete((result, failure) -> {
                limit.cancel(false);
                runs.remove(run);
            });
            sendDue(run);
        });
        return run.done();
    }

    public LoadResult run(Load load) {
        return await(begin(load), load);
    }

    /** Waits for the end of a run that has been started. */
    public static LoadResult await(CompletableFuture<LoadResult> running, Load load) {
        try {
            return running.orTimeout(load.end() + AFTER_THE_END.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("a run against " + load.endpoint().address() + " does not end", e);
        }
    }

    /** Sends the requests that are due and schedules the next. */
    private void sendDue(LoadRun run) {
        for (long due = run.nextDue(); due >= 0; due = run.nextDue()) {
            long now = System.nanoTime();
            if (due > now) {
                var _ = loop.schedule(() -> sendDue(run), due - now, TimeUnit.NANOSECONDS);
                return;
            }
            send(run.begin(now));
        }
    }

    private void send(LoadRun.Call call) {
        connections
                .computeIfAbsent(call.endpoint().address(), _ -> connectionsTo(call.endpoint()))
                .send(call);
    }

    private Connections connectionsTo(Endpoint endpoint) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .remoteAddress(new InetSocketAddress(
                        endpoint.address().getHost(), endpoint.address().getPort()));
        return new Connections(bootstrap, endpoint.connectionsMax(), channels);
    }

    /**
     * Ends the runs that a failed scenario has left, and closes all connections, so that the next run begins with new ones. Their pools
     * are dropped: a pool takes one closed connection after the other for an open one, recursively, until the stack overflows.
     */
    public void disconnect() {
        loop.submit(() -> runs.forEach(LoadRun::stop)).syncUninterruptibly();
        channels.close().syncUninterruptibly();
        loop.submit(connections::clear).syncUninterruptibly();
    }

    @Override
    public void close() {
        disconnect();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
