package dev.parley.gateway.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import java.util.Optional;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;

/** The connection of a response, if there is one: there is none in a test. */
final class ReaderConnection {
    private static final AttributeKey<Boolean> CUT = AttributeKey.valueOf(ReaderConnection.class, "cut");

    private final Optional<Connection> connection;

    private ReaderConnection(Optional<Connection> connection) {
        this.connection = connection;
    }

    static ReaderConnection of(ServerHttpResponse response) {
        return new ReaderConnection(
                ServerHttpResponseDecorator.getNativeResponse(response) instanceof Connection connection
                        ? Optional.of(connection)
                        : Optional.empty());
    }

    /**
     * Its event loop. What is handed over is written there anyway, so that it costs no additional change of threads.
     */
    Scheduler thread(Scheduler otherwise) {
        return connection
                .map(known -> {
                    EventLoop loop = known.channel().eventLoop();
                    // As an Executor, because as an ExecutorService it would create a future for each task.
                    return Schedulers.fromExecutor(task -> loop.execute(task));
                })
                .orElse(otherwise);
    }

    /**
     * Emits whether the connection has taken all that was written before, once it has or is closed. Reactor Netty does not wait for
     * that when it has a whole response. Only over HTTP/1.1; otherwise true at once. A connection that the client wants closed after
     * the response may be closed by then, and counts as having taken all.
     */
    Mono<Boolean> taken() {
        return connection
                .map(known -> known.channel().pipeline().context(NettyPipeline.HttpCodec))
                .map(codec -> Mono.<Boolean>create(sink -> codec.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(write -> sink.success(write.isSuccess() || !isKeptAlive()))))
                .orElseGet(() -> Mono.just(true));
    }

    private boolean isKeptAlive() {
        return connection
                .filter(known -> known instanceof HttpServerRequest request && request.isKeepAlive())
                .isPresent();
    }

    /** Closes the connection at once, whatever waits to be written. */
    void cut() {
        connection.ifPresent(known -> {
            isBeingCut(known.channel());
            var _ = known.channel().close();
        });
    }

    /** Records that the gateway closes the connection. */
    static void isBeingCut(Channel channel) {
        channel.attr(CUT).set(true);
    }

    /** Whether the gateway has closed the connection, and not the reader. */
    boolean isCut() {
        return connection.map(known -> known.channel().hasAttr(CUT)).orElse(false);
    }
}
