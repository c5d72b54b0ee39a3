package dev.parley.inference.claude;

import dev.parley.inference.generation.calls.Claude;
import dev.parley.messages.ApiError;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * The Messages API over pooled, kept-alive connections, which are read on event loops; HTTP/2 where the server speaks it.
 */
public final class HttpClaude implements Claude, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpClaude.class);
    private static final int OK = 200;
    private static final byte[] SENT = {};
    private static final int ERROR_BYTES_MAX = 64 * 1024;
    private static final Duration ERROR_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration IDLE_MAX = Duration.ofSeconds(55);

    /** Not a bound of its own: the number of generations bounds the connections. */
    private static final int CONNECTIONS_MAX = 10_000;

    /** Of each stream, as HTTP/2 has it by default (RFC 9113, 6.9.2). The connection has room for all of its streams. */
    private static final int STREAM_WINDOW_BYTES = 65_535;

    private final LoopResources loops;
    private final ConnectionProvider connections;

    /** Negotiates HTTP/2 or HTTP/1.1 if the address has TLS. */
    private final HttpClient preferred;

    /** Only for HTTP/1.1. */
    private final HttpClient http1;

    /**
     * Whether the last connection of {@code preferred} is one of HTTP/1.1. Calls take the other client then: the pool for HTTP/2 opens
     * one connection at a time, and gives no other one meanwhile, not even an idle one of HTTP/1.1.
     */
    private volatile boolean negotiatedHttp1;

    private final ClaudeSettings settings;
    private final Supplier<String> key;

    /** The addresses. The base address may have a path of its own, as the official SDKs allow. */
    private final String messages;

    private final String models;

    /** A client with this key for Claude, asked for at each call on an event loop. */
    public HttpClaude(ClaudeSettings settings, Supplier<String> key) {
        this(settings, key, HttpClient::secure);
    }

    /** The same with a configuration of TLS, which an {@code https} address needs. */
    HttpClaude(ClaudeSettings settings, Supplier<String> key, UnaryOperator<HttpClient> secured) {
        this.settings = settings;
        this.key = key;
        String base = settings.baseUrl().toString().replaceFirst("/+$", "");
        this.messages = base + "/v1/messages";
        this.models = base + "/v1/models";
        this.loops = loops();
        this.connections = ConnectionProvider.builder("claude")
                .allocationStrategy(Http2AllocationStrategy.builder()
                        .maxConnections(CONNECTIONS_MAX)
                        .maxConcurrentStreams(settings.streamsPerConnection())
                        .strictConnectionReuse(true)
                        .streamBatchSize(settings.streamsPerConnection())
                        .build())
                .pendingAcquireMaxCount(-1)
                .maxIdleTime(IDLE_MAX)
                .build();
        boolean tls = "https".equals(settings.baseUrl().getScheme());
        int connectMillis = Math.toIntExact(settings.connectTimeout().toMillis());
        HttpClient plain = HttpClient.create(connections)
                .runOn(loops)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .doOnChannelInit((_, channel, _) -> limitHandshake(channel, connectMillis))
                .doOnRequest((_, connection) -> connection.addHandlerLast(new InterimResponseFilter()))
                // A call that may have been received is not repeated here, because Claude would bill it twice.
                .disableRetry(true);
        HttpClient http2 = tls
                ? secured.apply(plain.protocol(HttpProtocol.H2, HttpProtocol.HTTP11))
                : plain.protocol(HttpProtocol.H2C);
        this.http1 = tls ? secured.apply(plain.protocol(HttpProtocol.HTTP11)) : plain.protocol(HttpProtocol.HTTP11);
        this.preferred = tls || settings.cleartextHttp2()
                ? http2.doOnRequest((_, connection) -> prepare(connection.channel()))
                : http1;
    }

    /**
     * Loops between which connections are spread. Not colocated: else those of a burst would share the loop of the first one, which
     * opens the others. An odd number: each connection takes two turns, because Netty asks the next loop what kind of channel the group
     * has ({@code IoEventLoopGroup.isCompatible}), so that an even number would leave half of the loops idle.
     */
    private static LoopResources loops() {
        return LoopResources.create("claude", -1, Runtime.getRuntime().availableProcessors() | 1, true, false);
    }

    private static void limitHandshake(Channel channel, int millis) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.setHandshakeTimeoutMillis(millis);
        }
    }

    /**
     * Gives a connection of HTTP/2 room for what all of its streams may have in flight, so that a stream that is not read does
     * not stop the others; and has it closed when it is dead, since its streams alone would end one by one while the next calls go
     * the same way.
     */
    private void prepare(Channel stream) {
        boolean http2 = stream instanceof Http2StreamChannel;
        negotiatedHttp1 = !http2;
        if (!http2) {
            return;
        }
        Channel connection = stream.parent();
        if (connection.pipeline().get(Http2Keepalive.class) == null) {
            int bytes = STREAM_WINDOW_BYTES * settings.streamsPerConnection();
            var _ = connection.writeAndFlush(new DefaultHttp2WindowUpdateFrame(bytes));
            connection.pipeline().addFirst(new Http2Keepalive(settings.silenceMax()));
        }
    }

    /**
     * Drops interim responses, as a proxy may send them (RFC 9110, 15.2), for one call. Reactor Netty would take all but 100 for the
     * response, and over HTTP/1.1 give the next call the connection on which the true one is to come.
     */
    private static final class InterimResponseFilter extends ChannelInboundHandlerAdapter {
        private boolean interim;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpResponse head) {
                interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL
                        && !head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            }
            if (interim) {
                ReferenceCountUtil.release(message);
                context.read();
            } else {
                context.fireChannelRead(message);
            }
        }
    }

    @Override
    public CompletableFuture<Response> ask(Call asked) {
        HttpHeaders headers;
        try {
            headers = headers(asked);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(new Response.Refused(
                    0,
                    "",
                    "",
                    ApiError.invalidRequest("anthropic-version or anthropic-beta: not a header value"),
                    true));
        }
        // Taken once, as there is no retry: by the connection, since Reactor Netty keeps what it sends from until the
        // answer has ended; or by the end of a call without one, which a pool of HTTP/2 keeps and would send later.
        AtomicReference<byte[]> body = new AtomicReference<>(asked.request());
        CompletableFuture<Response> response = new CompletableFuture<>();
        Disposable call = (negotiatedHttp1 ? http1 : preferred)
                .headers(given -> given.set(headers))
                .post()
                .uri(messages)
                .send(unsent(body).map(Unpooled::wrappedBuffer))
                .responseConnection(HttpClaude::respond)
                .timeout(noConnection(body))
                .subscribe(
                        answer -> {
                            if (!response.complete(answer) && answer instanceof Response.Accepted accepted) {
                                // The call was cancelled, or is late.
                                accepted.answer().close();
                            }
                        },
                        failure -> response.complete(unreachable(failure)));
        var _ = response.whenComplete((_, _) -> {
            if (response.isCompletedExceptionally()) {
                body.set(SENT);
                call.dispose();
            }
        });
        return response;
    }

    /** Takes a body. One that was taken never comes: its call is sent already, or its stream is closed before it is sent. */
    private static Mono<byte[]> unsent(AtomicReference<byte[]> body) {
        return Mono.defer(() -> {
            byte[] bytes = body.getAndSet(SENT);
            return bytes.length == 0 ? Mono.never() : Mono.just(bytes);
        });
    }

    /**
     * Ends a call that is not sent in time, for it may wait for a connection that another one opens; then it is not sent later either.
     * The pool limits nothing as long as it may open connections.
     */
    private Mono<Response> noConnection(AtomicReference<byte[]> body) {
        return Mono.delay(settings.connectTimeout().multipliedBy(2))
                .then(unsent(body))
                .flatMap(_ -> Mono.error(new TimeoutException("no connection in time")));
    }

    private HttpHeaders headers(Call asked) {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("x-api-key", key.get())
                .set("content-type", "application/json")
                .set("content-length", asked.request().length)
                .set("accept", "text/event-stream")
                .set("anthropic-version", asked.version());
        return asked.beta().isEmpty() ? headers : headers.set("anthropic-beta", asked.beta());
    }

    /** A stream for status 200, else the error: its status counts even if its body breaks off or does not end. */
    private static Mono<Response> respond(HttpClientResponse head, Connection connection) {
        HttpHeaders headers = head.responseHeaders();
        int status = head.status().code();
        String requestId = headers.get("request-id", "");
        if (status == OK) {
            HttpAnswerStream answer = new HttpAnswerStream(connection);
            // A cancelled call no longer disposes of its connection, and may not be handed the answer either.
            return Mono.<Response>just(new Response.Accepted(answer, status, requestId))
                    .doOnCancel(answer::abandon);
        }
        if (status < OK || hasUnsent(connection.channel())) {
            connection.markPersistent(false);
        }
        return connection
                .inbound()
                .receive()
                .asByteArray()
                .scan(new byte[0], HttpClaude::joined)
                .takeUntil(body -> body.length == ERROR_BYTES_MAX)
                .take(ERROR_TIMEOUT)
                .onErrorComplete()
                .last()
                .map(body -> new Response.Refused(
                        status,
                        requestId,
                        headers.get("retry-after", ""),
                        ApiError.ofClaude(status, body),
                        ShouldRetry.of(headers.get("x-should-retry", ""))));
    }

    /** Whether the request is answered before all of it was sent: over HTTP/1.1, the next one would wait behind the rest. */
    private static boolean hasUnsent(Channel channel) {
        // Without a buffer of its own, it is a stream of HTTP/2 or closed.
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending != null && !pending.isEmpty();
    }

    private static byte[] joined(byte[] before, byte[] next) {
        int room = Math.min(next.length, ERROR_BYTES_MAX - before.length);
        byte[] joined = Arrays.copyOf(before, before.length + room);
        System.arraycopy(next, 0, joined, before.length, room);
        return joined;
    }

    private static Response unreachable(Throwable failure) {
        LOG.warn("Calling Claude failed: {}", failure.toString());
        return switch (failure) {
            case ConnectException _,
                    NoRouteToHostException _,
                    UnknownHostException _,
                    SSLHandshakeException _,
                    TimeoutException _ ->
                new Response.Refused(0, "", "", ApiError.of(503, "Claude cannot be reached."), false);
            default -> new Response.Refused(0, "", "", ApiError.of(502, "The connection to Claude broke."), false);
        };
    }

    /** Opens a connection, or keeps an idle one open, by a request that costs nothing. Blocks. */
    public void warmUp() {
        warmUp(preferred);
        if (negotiatedHttp1) {
            warmUp(http1);
        }
    }

    private void warmUp(HttpClient over) {
        AtomicBoolean ended = new AtomicBoolean();
        try {
            over.headers(headers -> headers.set("x-api-key", key.get()).set("anthropic-version", "2023-06-01"))
                    .request(HttpMethod.GET)
                    .uri(models)
                    // As a call, one that had no connection in time is not sent later.
                    .send((_, _) -> ended.get() ? Mono.never() : Mono.empty())
                    .response((head, body) -> body.then(
                            Mono.fromRunnable(() -> checkKey(head.status().code()))))
                    .blockLast(settings.connectTimeout());
        } catch (RuntimeException e) {
            LOG.warn("Claude cannot be reached at {}: {}", settings.baseUrl(), e.toString());
        } finally {
            ended.set(true);
        }
    }

    private static void checkKey(int status) {
        if (ApiError.refusesCredentials(status)) {
            LOG.error("Claude does not accept the key in ANTHROPIC_API_KEY: status {}", status);
        }
    }

    /** Closes all connections, and with them the answers that have not ended. */
    @Override
    public void close() {
        connections.dispose();
        loops.dispose();
    }
}
