package dev.parley.gateway.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.netty.NettyPipeline;

class HttpConnectionRulesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(20);
    private static final DataSize BODY_PER_SECOND_MIN = DataSize.ofKilobytes(1);
    private static final ConnectionSettings SETTINGS =
            new ConnectionSettings(1, TIMEOUT, Duration.ofMillis(1), BODY_PER_SECOND_MIN);
    private static final String A_SECOND_OF_BODY = "x".repeat((int) BODY_PER_SECOND_MIN.toBytes());

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void watch() {
        channel.freezeTime();
        channel.pipeline().addLast(NettyPipeline.HttpCodec, new HttpServerCodec());
        HttpConnectionRules.watch(channel, SETTINGS, BODY_TIMEOUT, Clock.systemUTC());
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    @Test
    void theDeadlineOfAHeaderStartsWithItsFirstByte() {
        client("GET / HTTP/1.1\r\n");
        pass(TIMEOUT.minusSeconds(1));
        client("x-line: 1\r\n");
        pass(Duration.ofMillis(999));
        assertThat(sent()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(sent()).startsWith("HTTP/1.1 408 ").contains("connection: close", "\"type\":\"error\"");
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void discardsBytesAfterARejection() {
        client("GET / HTTP/1.1\r\n");
        pass(TIMEOUT);
        client("\r\n");
        assertThat(channel.inboundMessages()).isEmpty();
    }

    @Test
    void aCompleteHeaderHasNoDeadline() {
        client("GET / HTTP/1.1\r\n");
        client("\r\n");
        pass(TIMEOUT.multipliedBy(2));
        assertThat(sent()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aBodyHasNoHeaderDeadline() {
        client("POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\n{");
        client("{");
        pass(TIMEOUT.multipliedBy(2));
        assertThat(sent()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void theHeaderOfTheNextRequestHasADeadline() {
        client("GET / HTTP/1.1\r\n\r\n");
        response(200);
        assertThat(sent()).startsWith("HTTP/1.1 200 ");
        pass(TIMEOUT.multipliedBy(2));
        client("G");
        pass(TIMEOUT);
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void aHeaderThatBeginsDuringAResponseHasItsDeadlineAfterIt() {
        client("GET / HTTP/1.1\r\n\r\n");
        client("GET");
        pass(TIMEOUT.multipliedBy(2));
        assertThat(channel.isOpen()).isTrue();
        response(200);
        assertThat(sent()).startsWith("HTTP/1.1 200 ");
        pass(TIMEOUT.minusMillis(1));
        assertThat(sent()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            GET /v1/conversations?query=100% HTTP/1.1,             400
            GET /v1/models/{id} HTTP/1.1,                          400
            GET / HTTP/1.1|content-length: 1|content-length: 2,    400
            GET / HTTP/1.1|a b: c,                                 400
            PRI * HTTP/2.0,                                        400
            GET /~ HTTP/1.1,                                       414
            GET / HTTP/1.1|x: ~,                                   431
            GET / HTTP/1.1|host: localhost:http,                   400
            GET / HTTP/1.1|host: localhost:99999999999,            400
            GET / HTTP/1.1|host: [::1]:http,                       400
            GET / HTTP/1.1|host: ::1,                              400
            """)
    void whatCannotBeReadGetsAnErrorInTheShapeOfTheApi(String header, int status) {
        client(header.replace("|", "\r\n").replace("~", "x".repeat(9_000)) + "\r\n\r\n");
        assertThat(sent())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("connection: close", "request-id: req_", "\"type\":\"error\"", "\"request_id\":\"req_");
        assertThat(channel.inboundMessages()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"localhost:, localhost", "[::1]:, [::1]", "[::1]:80, [::1]:80", "localhost:80, localhost:80"})
    void acceptsAnEmptyPort(String host, String read) {
        client("GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n");
        HttpRequest request = channel.readInbound();
        assertThat(request.headers().getAll(HttpHeaderNames.HOST)).containsExactly(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZZ|{}|", "-1|{}|", "~", "1|{}|", "0|x: ~||", "0|a b: c||"})
    void aBodyThatCannotBeReadGetsOneErrorInTheShapeOfTheApi(String chunks) {
        client("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
        client(chunks.replace("|", "\r\n").replace("~", "0".repeat(9_000)));
        assertThat(sent())
                .startsWith("HTTP/1.1 400 ")
                .contains("connection: close", "request-id: req_", "\"type\":\"error\"", "\"request_id\":\"req_");
        response(500);
        assertThat(sent()).as("of the server").isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    /** The response has begun, so there is no place for an error. */
    @Test
    void aBodyThatCannotBeReadAfterItsResponseClosesTheConnection() {
        client("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n");
        response(413);
        assertThat(sent()).startsWith("HTTP/1.1 413 ").contains("connection: close");
        client("ZZ\r\n");
        assertThat(sent()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    /** RFC 9112, section 2.2. */
    @Test
    void anEmptyLineAfterABodyIsIgnored() {
        client("POST / HTTP/1.1\r\ncontent-length: 1\r\n\r\n{");
        client("\r\n");
        pass(TIMEOUT.multipliedBy(2));
        assertThat(channel.isOpen()).isTrue();
        response(200);
        assertThat(sent()).startsWith("HTTP/1.1 200 ");
        pass(TIMEOUT.multipliedBy(2));
        assertThat(sent()).isEmpty();
        client("GET / HTTP/1.1\r\n\r\n");
        response(200);
        assertThat(sent()).startsWith("HTTP/1.1 200 ");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void moreThanAnEmptyLineHasADeadline() {
        client("\r\n");
        pass(TIMEOUT);
        client("\r\n");
        pass(TIMEOUT);
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void aResponseBeforeTheWholeRequestClosesTheConnection() {
        client("POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\n{");
        response(413);
        assertThat(sent()).startsWith("HTTP/1.1 413 ").contains("connection: close");
        client("{{{");
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    /** Varnish reads no response before it has sent the whole request. */
    @ParameterizedTest
    @CsvSource({"content-length: 4096, '', '', ''", "transfer-encoding: chunked, 400|, |, 0||"})
    void aRefusedBodyIsDiscardedToItsEndAtTheMinimumRate(String header, String before, String after, String end) {
        client("POST / HTTP/1.1\r\n" + header + "\r\n\r\n");
        response(413);
        for (int second = 1; second <= 4; second++) {
            client((before + A_SECOND_OF_BODY + after).replace("|", "\r\n"));
            assertThat(channel.isOpen()).isTrue();
            pass(Duration.ofSeconds(second < 4 ? 1 : 0));
        }
        client(end.replace("|", "\r\n") + "GET / HTTP/1.1\r\n\r\n");
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.inboundMessages())
                .as("the header of the first request")
                .hasSize(1);
    }

    @Test
    void aRefusedBodyBelowTheMinimumRateClosesTheConnection() {
        client("POST / HTTP/1.1\r\ncontent-length: 4096\r\n\r\n");
        response(413);
        client(A_SECOND_OF_BODY);
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        client("x");
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRefusedBodyIsNotDiscardedForLongerThanABodyMayTake() {
        client("POST / HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n" + A_SECOND_OF_BODY);
        response(413);
        for (int second = 1; second < BODY_TIMEOUT.toSeconds(); second++) {
            client(A_SECOND_OF_BODY.repeat(2));
            pass(Duration.ofSeconds(1));
            assertThat(channel.isOpen()).isTrue();
        }
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    /** The server itself closes the connection of a client that asks for that, when the response has been written. */
    @Test
    void aClientThatWantsTheConnectionClosedCanReadAnEarlyResponse() {
        closeAfterAResponse();
        client("POST / HTTP/1.1\r\nconnection: close\r\ncontent-length: 100\r\n\r\n{");
        response(413);
        assertThat(sent()).startsWith("HTTP/1.1 413 ");
        client("{{{");
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aResponseAfterTheWholeRequestKeepsTheConnection() {
        client("POST / HTTP/1.1\r\ncontent-length: 1\r\n\r\n{");
        response(100);
        response(413);
        assertThat(sent()).doesNotContain("close");
        pass(Duration.ofSeconds(2));
        assertThat(channel.isOpen()).isTrue();
    }

    /** Else each list of models, which needs no other thread, would cost its client a connection. */
    @Test
    void aResponseToAHeaderWithoutABodyKeepsTheConnection() {
        channel.pipeline().addLast(new SimpleChannelInboundHandler<HttpRequest>(HttpRequest.class) {
            @Override
            protected void channelRead0(ChannelHandlerContext context, HttpRequest request) {
                response(200);
            }
        });
        client("GET / HTTP/1.1\r\n\r\n");
        assertThat(sent()).startsWith("HTTP/1.1 200 ").doesNotContain("close");
        client("GET / HTTP/1.1\r\n\r\n");
        assertThat(sent()).startsWith("HTTP/1.1 200 ");
        pass(Duration.ofSeconds(2));
        assertThat(channel.isOpen()).isTrue();
    }

    /** Not before the client had time to read what was sent: the end of the connection may discard it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "connection: close\r\n"})
    void aResponseThatBreaksOffHasNoLastChunkAndClosesTheConnection(String header) {
        closeAfterAResponse();
        client("GET / HTTP/1.1\r\n" + header + "\r\n");
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setTransferEncodingChunked(head, true);
        channel.writeOutbound(head, new DefaultHttpContent(Unpooled.copiedBuffer("a", US_ASCII)));
        ReaderConnection.markBrokenOff(channel);
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(sent()).endsWith("\r\n\r\n1\r\na\r\n");
        client("GET / HTTP/1.1\r\n\r\n");
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(sent()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.inboundMessages()).as("the first request").hasSize(2);
    }

    @Test
    void aContinueResponseIsNotFinal() {
        client("POST / HTTP/1.1\r\ncontent-length: 1\r\nexpect: 100-continue\r\n\r\n");
        response(100);
        client("{");
        response(200);
        assertThat(sent()).contains("HTTP/1.1 100 ", "HTTP/1.1 200 ").doesNotContain("close");
        pass(Duration.ofSeconds(2));
        assertThat(channel.isOpen()).isTrue();
    }

    /** Else each connection could keep 64 KB for the time of an incomplete header. */
    @Test
    void readsIntoASmallBufferAlsoAfterALargeBody() {
        var reads = channel.config().getRecvByteBufAllocator().newHandle();
        for (int i = 0; i < 100; i++) {
            reads.reset(channel.config());
            reads.attemptedBytesRead(reads.guess());
            reads.lastBytesRead(reads.guess());
            reads.readComplete();
        }
        assertThat(reads.guess()).isBetween(1, 8 * 1024);
    }

    @Test
    void dropsPipelinedRequests() {
        client("GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\ncontent-length: 100\r\n\r\n{");
        client("{{{");
        // The request and its empty body.
        assertThat(channel.inboundMessages()).hasSize(2);
        response(200);
        assertThat(sent()).startsWith("HTTP/1.1 200 ").contains("connection: close");
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
    }

    /** As the server does for a client that wants the connection closed. */
    private void closeAfterAResponse() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                var written = context.write(message, promise.unvoid());
                if (message instanceof LastHttpContent) {
                    var _ = written.addListener(ChannelFutureListener.CLOSE);
                }
            }
        });
    }

    private void client(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    }

    private void response(int status) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        if (status >= 200) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        channel.writeOutbound(response);
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
    }

    private String sent() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(US_ASCII));
            ReferenceCountUtil.release(next);
        }
        return text.toString();
    }
}
