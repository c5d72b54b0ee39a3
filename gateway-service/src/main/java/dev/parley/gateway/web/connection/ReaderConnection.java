package dev.parley.gateway.web.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpVersion;
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

/** The connection of a response, which Reactor Netty writes over HTTP/1.1 or 1.0. */
public final class ReaderConnection {
    private static final AttributeKey<Boolean> CUT = AttributeKey.valueOf(ReaderConnection.class, "cut");
    private static final AttributeKey<Boolean> BROKEN_OFF = AttributeKey.valueOf(ReaderConnection.class, "brokenOff");

    private final HttpServerRequest request;
    private final Channel channel;

    private ReaderConnection(HttpServerRequest request, Channel channel) {
        this.request = request;
        this.channel = channel;
    }

    /** That of a response that has not ended: Reactor Netty then replaces its channel, and with it what the gateway has recorded. */
    public static ReaderConnection of(ServerHttpResponse response) {
        Object both = ServerHttpResponseDecorator.getNativeResponse(response);
        return new ReaderConnection((HttpServerRequest) both, ((Connection) both).channel());
    }

    /**
     * Its event loop. What is handed over is written there anyway, so that it costs no additional change of threads. After a
     * disconnect, any thread: Reactor Netty has replaced the channel of the response by one without an event loop.
     */
    public Scheduler thread() {
        if (!channel.isRegistered()) {
            return Schedulers.immediate();
        }
        EventLoop loop = channel.eventLoop();
        // As an Executor, because as an ExecutorService it would create a future for each task.
        return Schedulers.fromExecutor(task -> loop.execute(task));
    }

    /** Writes below it; empty if the connection is closed. */
    Optional<ChannelHandlerContext> codec() {
        return Optional.ofNullable(channel.pipeline().context(NettyPipeline.HttpCodec));
    }

    /** Whether a body may have chunks: HTTP/1.0 has none. */
    boolean takesChunks() {
        return request.version().compareTo(HttpVersion.HTTP_1_1) >= 0;
    }

    /**
     * Emits whether the connection has taken all that was written before, once it has or is closed. Reactor Netty does not wait for
     * that when it has a whole response. A connection that the client wants closed after the response may be closed by then, and
     * counts as having taken all, unless the gateway has cut it.
     */
    public Mono<Boolean> taken() {
        return codec().map(codec -> Mono.<Boolean>create(sink -> codec.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(write -> sink.success(write.isSuccess() || !(request.isKeepAlive() || isCut())))))
                .orElseGet(() -> Mono.just(true));
    }

    /** Closes the connection at once, whatever waits to be written. */
    public void cut() {
        markCut(channel);
        var _ = channel.close();
    }

    /** Records that the gateway closes the connection. */
    static void markCut(Channel channel) {
        channel.attr(CUT).set(true);
    }

    /**
     * Whether the client replaces the text that it has received when a body breaks off. Open WebUI does, whose requests have no other
     * mark than the user agent of its HTTP client.
     */
    public boolean losesBrokenBodies() {
        return request.requestHeaders().get(HttpHeaderNames.USER_AGENT, "").contains("aiohttp/");
    }

    /** Has the response end without the last chunk of its body, by the end of the connection. */
    public void breakOff() {
        markBrokenOff(channel);
    }

    static void markBrokenOff(Channel channel) {
        channel.attr(BROKEN_OFF).set(true);
    }

    static boolean isBrokenOff(Channel channel) {
        return channel.hasAttr(BROKEN_OFF);
    }

    /** Whether the gateway has closed the connection, and not the reader. */
    public boolean isCut() {
        return channel.hasAttr(CUT);
    }
}
