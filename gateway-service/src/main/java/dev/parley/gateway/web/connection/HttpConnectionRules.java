package dev.parley.gateway.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.contracts.id.RequestId;
import dev.parley.messages.ApiError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Closes a connection:
 *
 * <ul>
 *   <li>with 408 after a header that is late,
 *   <li>with 400, 414 or 431 after a header that cannot be read, with 400 after such a host or body,
 *   <li>after a response that precedes the end of its request,
 *   <li>after the response to a request that another one follows before it is answered (pipelining). The second is dropped, as
 *       the server would keep it in a queue without a bound; the client may send it again (RFC 9112, section 9.3.2),
 *   <li>after a body of unknown length for a client of HTTP/1.0, which must not get chunks (section 6.1),
 *   <li>after a response that breaks off, instead of its last chunk, so that the client takes it for incomplete (section 8).
 * </ul>
 *
 * <p>Before it closes, it discards input for a second, so that the client can read the response (section 9.6); the body of a
 * request for as long as it has the minimum rate from the response on, at most the time of a body, as Varnish reads no response
 * before it has sent the request. Such a connection holds no body. It is one of the open ones, whose number has a bound, and one
 * without a request may stay for longer. Owned by the event loop of the connection.
 *
 * <p>Two handlers: this one sees bytes, before they are decoded; {@link Decoded} sees requests and responses.
 */
public final class HttpConnectionRules extends ChannelInboundHandlerAdapter {
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** Length of CR and LF. A server should ignore an empty line before a request (RFC 9112, section 2.2). */
    private static final int EMPTY_LINE_BYTES = 2;

    /** Largest read: an incomplete header keeps the buffer that it was read to, which grows with the reads before it. */
    private static final int READ_BYTES_MAX = 8 * 1024;

    private static final int READ_BYTES_FIRST = 2 * 1024;
    private static final int READ_BYTES_MIN = 64;

    private final ConnectionSettings settings;
    private final Duration bodyTimeout;
    private final Clock clock;
    private @Nullable Future<?> headerDeadline;

    /** How much of requests has been decoded so far, so that bytes which complete nothing can be told. */
    private long decoded;

    /** Whether the body of a request is coming in. */
    private boolean inBody;

    /** Bytes of line ends that began no header yet. */
    private int lineEnds;

    /** Whether a header has begun and is not complete. */
    private boolean inHeader;

    /** Whether the client understands chunks: HTTP/1.0 has none. */
    private boolean acceptsChunks = true;

    private int unanswered;
    private boolean closing;

    /** Bytes of the body that arrived after its response had begun. */
    private long discarded;

    /** Whether an error was written in place of the response of the server, which is dropped. */
    private boolean refused;

    /** Whether requests are dropped: one came before the one before was answered, or could not be read. */
    private boolean dropping;

    private HttpConnectionRules(ConnectionSettings settings, Duration bodyTimeout, Clock clock) {
        this.settings = settings;
        this.bodyTimeout = bodyTimeout;
        this.clock = clock;
    }

    /** Watches the requests of a connection. */
    public static void watch(Channel channel, ConnectionSettings settings, Duration bodyTimeout, Clock clock) {
        HttpConnectionRules bytes = new HttpConnectionRules(settings, bodyTimeout, clock);
        channel.config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX));
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addFirst(bytes);
        pipeline.addAfter(NettyPipeline.HttpCodec, null, bytes.new Decoded());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (closing && !inBody) {
            ReferenceCountUtil.release(bytes);
            return;
        }
        long before = decoded;
        int ends = lineEnds(bytes);
        context.fireChannelRead(bytes);
        if (decoded == before && !inBody) {
            lineEnds += ends;
            inHeader |= ends == 0 || lineEnds > EMPTY_LINE_BYTES;
            awaitHeader(context);
        }
    }

    /** The number of bytes if all are of line ends, otherwise 0. */
    private static int lineEnds(Object bytes) {
        return bytes instanceof ByteBuf buffer && buffer.forEachByte(each -> each == '\r' || each == '\n') < 0
                ? buffer.readableBytes()
                : 0;
    }

    /** Starts the deadline of a header that has begun, unless a response is still due: it is then started after that. */
    private void awaitHeader(ChannelHandlerContext context) {
        if (inHeader && unanswered == 0 && headerDeadline == null && !closing) {
            headerDeadline = context.executor()
                    .schedule(
                            () -> headerIsLate(context),
                            settings.headerTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void headerIsLate(ChannelHandlerContext context) {
        refuse(context, HttpRefusal.LATE_HEADER);
    }

    /** Responds in the shape of Claude's API, as no route and no key is known, and closes. */
    private void refuse(ChannelHandlerContext context, HttpRefusal refusal) {
        closing = true;
        refused = true;
        String id = RequestId.next(clock).value();
        byte[] error = ApiError.of(refusal.status().code(), refusal.message()).body(id);
        String header = "HTTP/1.1 " + refusal.status() + "\r\ncontent-type: application/json\r\nconnection: close\r\n"
                + "cache-control: private, no-store\r\nrequest-id: " + id + "\r\ncontent-length: " + error.length
                + "\r\n\r\n";
        ByteBuf response = Unpooled.wrappedBuffer(header.getBytes(US_ASCII), error);
        var _ = context.writeAndFlush(response).addListener(_ -> end(context.channel()));
    }

    private static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
    }

    /** Removes the colon before an empty port. */
    private static void removeEmptyPort(HttpHeaders headers) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.stream().anyMatch(host -> host.endsWith(":"))) {
            headers.set(
                    HttpHeaderNames.HOST,
                    hosts.stream().map(host -> host.replaceFirst(":$", "")).toList());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        headerIsComplete();
        context.fireChannelInactive();
    }

    private void headerIsComplete() {
        inHeader = false;
        lineEnds = 0;
        if (headerDeadline != null) {
            headerDeadline.cancel(false);
            headerDeadline = null;
        }
    }

    private void end(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        }
        linger(channel);
    }

    /** Closes once the client has, or when no more of a body is awaited. Until then what it sends is thrown away. */
    private void linger(Channel channel) {
        channel.config().setAutoRead(true);
        closeAfter(LINGER, channel);
    }

    /**
     * Waits for a second, and then closes, unless more of a body is awaited.
     *
     * @param lingered since the response, at the end of that second
     */
    private void closeAfter(Duration lingered, Channel channel) {
        var _ = channel.eventLoop()
                .schedule(
                        () -> {
                            Duration allowed = settings.allowed(discarded, bodyTimeout);
                            if (channel.isOpen() && inBody && lingered.compareTo(allowed) < 0) {
                                closeAfter(lingered.plus(LINGER), channel);
                            } else {
                                var _ = channel.close();
                            }
                        },
                        LINGER.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private final class Decoded extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            decoded++;
            dropping |= message instanceof HttpRequest && (unanswered > 0 || closing);
            boolean discarding = dropping || (closing && inBody);
            if (message instanceof LastHttpContent) {
                inBody = false;
            }
            if (discarding) {
                discard(message);
                return;
            }
            if (message instanceof HttpRequest request) {
                headerIsComplete();
                inBody = HttpRefusal.isReadable(request) && hasBody(request);
                removeEmptyPort(request.headers());
            }
            Optional<HttpRefusal> refusal = refusal(message);
            if (refusal.isPresent()) {
                dropping = true;
                ReferenceCountUtil.release(message);
                refuse(bytes(context), refusal.get());
                return;
            }
            if (message instanceof HttpRequest request) {
                acceptsChunks = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
                unanswered++;
            }
            context.fireChannelRead(message);
        }

        private void discard(Object message) {
            headerIsComplete();
            closing = true;
            discarded +=
                    message instanceof HttpContent content ? content.content().readableBytes() : 0;
            ReferenceCountUtil.release(message);
        }

        private static Optional<HttpRefusal> refusal(Object message) {
            return switch (message) {
                case HttpRequest request -> HttpRefusal.of(request);
                case HttpContent content
                when content.decoderResult().isFailure() -> Optional.of(HttpRefusal.UNREADABLE_BODY);
                default -> Optional.empty();
            };
        }

        /** The handler before the codec, which writes bytes. */
        private ChannelHandlerContext bytes(ChannelHandlerContext context) {
            return context.pipeline().context(HttpConnectionRules.this);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (refused) {
                ReferenceCountUtil.release(message);
                promise.trySuccess();
                return;
            }
            if (message instanceof HttpResponse response
                    && (withoutChunks(response) || inBody || dropping)
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                closing = true;
            }
            if (!(message instanceof LastHttpContent) || isInformational(message)) {
                var _ = context.write(message, promise);
                return;
            }
            unanswered--;
            if (ReaderConnection.isBrokenOff(context.channel())) {
                ReferenceCountUtil.release(message);
                closing = true;
                keepOnceClosed(promise);
                // Its end comes later than the rest: many clients discard what they have not read when a connection
                // breaks.
                linger(context.channel());
            } else if (closing) {
                keepOnceClosed(promise);
                var _ = context.write(message).addListener(_ -> end(context.channel()));
            } else {
                var _ = context.write(message, promise);
                awaitHeader(bytes(context));
            }
        }

        /** The server closes the connection of a client that asks for that, once the promise is kept. */
        private static void keepOnceClosed(ChannelPromise promise) {
            var _ = promise.channel().closeFuture().addListener(_ -> promise.trySuccess());
        }

        /** Makes the end of the connection the end of a body that the client cannot read as chunks; whether it is one. */
        private boolean withoutChunks(HttpResponse response) {
            boolean unreadable = !acceptsChunks && HttpUtil.isTransferEncodingChunked(response);
            if (unreadable) {
                HttpUtil.setTransferEncodingChunked(response, false);
            }
            return unreadable;
        }

        private static boolean isInformational(Object message) {
            return message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
    }
}
