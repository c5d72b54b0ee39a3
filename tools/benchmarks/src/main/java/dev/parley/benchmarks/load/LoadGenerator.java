package dev.parley.benchmarks.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests when they are due, from one thread, so that it takes as little as possible from what it measures. */
public final class LoadGenerator implements AutoCloseable {
    /** Between the call that starts a run and its first request. */
    private static final long LEAD_NANOS = 5_000_000;

    private static final Duration AFTER_THE_END = Duration.ofSeconds(30);

    private final EventLoopGroup loops;
    private final EventLoop loop;
    private final Connections connections;

    private LoadGenerator(IoHandlerFactory handlers, Class<? extends SocketChannel> channel) {
        this.loops = new MultiThreadIoEventLoopGroup(1, handlers);
        this.loop = loops.next();
        this.connections = new Connections(loops, channel);
    }

    /** One that uses epoll where there is one, whose timers are finer. */
    public static LoadGenerator start() {
        return Epoll.isAvailable()
                ? new LoadGenerator(EpollIoHandler.newFactory(), EpollSocketChannel.class)
                : new LoadGenerator(NioIoHandler.newFactory(), NioSocketChannel.class);
    }

    /** Carries a run out, which ends at the latest when its last answer has had its time. */
    public CompletableFuture<Tally> begin(Load load) {
        Run run = new Run(load, System.nanoTime() + LEAD_NANOS);
        loop.execute(() -> {
            var limit = loop.schedule(run::giveUp, LEAD_NANOS + load.end(), TimeUnit.NANOSECONDS);
            var _ = run.done().whenComplete((tally, failure) -> limit.cancel(false));
            send(run);
        });
        return run.done();
    }

    /** Carries a run out and waits for its end. */
    public Tally run(Load load) throws InterruptedException {
        return await(begin(load), load);
    }

    /** Waits for the end of a run that has been begun. */
    public static Tally await(CompletableFuture<Tally> running, Load load) throws InterruptedException {
        try {
            return running.get(load.end() + AFTER_THE_END.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a run against " + load.target().address() + " does not end", e);
        }
    }

    /** Sends what is due and sees to the next. */
    private void send(Run run) {
        for (long due = run.nextDue(); due >= 0; due = run.nextDue()) {
            long now = System.nanoTime();
            if (due > now) {
                var _ = loop.schedule(() -> send(run), due - now, TimeUnit.NANOSECONDS);
                return;
            }
            connections.send(run.begin(now));
        }
    }

    /** Closes the connections that are left of runs, so that the next one begins without them. */
    public void disconnect() {
        loop.submit(connections::close).syncUninterruptibly();
    }

    @Override
    public void close() {
        disconnect();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
