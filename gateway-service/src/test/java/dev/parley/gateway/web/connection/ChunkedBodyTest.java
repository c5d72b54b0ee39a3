package dev.parley.gateway.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ChunkedBodyTest {
    private static final int AHEAD = 4;
    private static final String PIECE = "x".repeat(1000);

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Pieces that the connection has taken, but for the last ones. */
    private final AtomicInteger taken = new AtomicInteger();
    /** Whether the connection has taken all of them. */
    private final AtomicBoolean whole = new AtomicBoolean();
    /** The most bytes that a connection held after a write. */
    private final AtomicLong unsent = new AtomicLong();

    private final List<DisposableServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.disposeNow(Duration.ofSeconds(2)));
    }

    @Test
    void writesWhatArrivesTogetherAsOneChunk() throws IOException {
        serve(Flux.just("one ", "two"));
        assertThat(responseTo("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("transfer-encoding: chunked\r\n")
                .endsWith("\r\n\r\n7\r\none two\r\n0\r\n\r\n");
    }

    @Test
    void writesPiecesOfAnotherThreadInOrder() throws IOException {
        serve(Flux.range(0, 10_000).map(i -> i + ",").publishOn(Schedulers.boundedElastic()));
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            expected.append(i).append(',');
        }
        assertThat(body(responseTo("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")))
                .isEqualTo(expected.toString());
    }

    @Test
    void servesTheNextRequestOnTheSameConnection() throws IOException {
        serve(Flux.just("one"));
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(US_ASCII));
                StringBuilder response = new StringBuilder();
                while (response.indexOf("0\r\n\r\n") < 0) {
                    response.append((char) socket.getInputStream().read());
                }
                assertThat(response.toString()).endsWith("\r\n\r\n3\r\none\r\n0\r\n\r\n");
            }
        }
    }

    @Test
    void stopsTakingPiecesWhileTheClientDoesNotRead() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        String large = "x".repeat(10_000);
        serve(Flux.range(0, 100_000).map(_ -> large).doOnNext(_ -> taken.incrementAndGet()));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(US_ASCII));
            int before = -1;
            while (before != taken.get() || before <= 0) {
                before = taken.get();
                // Nothing happens once all buffers are full, so there is no event to wait for: the count stops growing.
                TimeUnit.MILLISECONDS.sleep(300);
            }
            assertThat(taken).hasValueLessThan(5_000);
            // It goes on when the client reads.
            assertThat(socket.getInputStream().readNBytes(200_000_000)).hasSize(200_000_000);
        }
    }

    @Test
    void theConnectionHoldsNoMoreThanAFewPiecesOfAClientThatDoesNotRead() throws Exception {
        serve(Flux.range(0, 20_000).map(_ -> PIECE));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".getBytes(US_ASCII));
            await().until(() -> unsent.get() > 0);
            assertThat(socket.getInputStream().readAllBytes()).hasSizeGreaterThan(20_000 * PIECE.length());
        }
        assertThat(taken).hasValueBetween(20_000 - AHEAD, 20_000);
        // As Netty counts, with an overhead for each write.
        assertThat(unsent).hasValueLessThan((AHEAD + 1L) * PIECE.length());
    }

    @Test
    void takesNoMoreThanAFewPiecesAheadOfWhatIsWritten() throws IOException {
        AtomicInteger ahead = new AtomicInteger();
        List<Integer> most = new CopyOnWriteArrayList<>();
        serve(Flux.range(0, 1_000)
                .map(i -> i + ",")
                .doOnRequest(count -> most.add(ahead.addAndGet(Math.toIntExact(count))))
                .doOnNext(_ -> ahead.decrementAndGet()));
        responseTo("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        assertThat(most).isNotEmpty().allMatch(count -> count <= AHEAD);
    }

    @Test
    void endsWhenTheClientHasTakenEverything() throws Exception {
        serve(Flux.range(0, 10).map(_ -> "x".repeat(1_000_000)));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".getBytes(US_ASCII));
            assertThat(ended.await(500, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(whole).isFalse();
            assertThat(socket.getInputStream().readAllBytes()).hasSizeGreaterThan(10_000_000);
        }
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(whole).isTrue();
    }

    @Test
    void cancelsWhenTheClientLeaves() throws Exception {
        serve(Flux.concat(Mono.just("one"), Mono.never()));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anErrorClosesTheConnectionWithoutAnEnd() throws IOException {
        Sinks.One<String> fails = Sinks.one();
        serve(Flux.concat(Mono.just("one"), Mono.delay(Duration.ofMillis(50)).then(fails.asMono())));
        fails.tryEmitError(new IllegalStateException("broken"));
        assertThat(responseTo("GET / HTTP/1.1\r\nhost: x\r\n\r\n")).endsWith("3\r\none\r\n");
    }

    @Test
    void aPieceThatCannotBeEncodedClosesTheConnection() throws IOException {
        serve(Flux.just("one", "ERROR").delayElements(Duration.ofMillis(20)));
        assertThat(responseTo("GET / HTTP/1.1\r\nhost: x\r\n\r\n")).endsWith("3\r\none\r\n");
    }

    private void serve(Flux<String> pieces) {
        HttpHandler handler = (_, response) -> ChunkedBody.write(
                        new PacedPieces<>(pieces.doOnCancel(cancelled::countDown), AHEAD, taken::addAndGet),
                        ChunkedBodyTest::encoded,
                        () -> whole.set(true),
                        response)
                .doFinally(_ -> ended.countDown());
        servers.add(HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit((_, channel, _) -> channel.pipeline().addFirst(new Unsent()))
                .handle(new ReactorHttpHandlerAdapter(handler))
                .bindNow());
    }

    private final class Unsent extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext context) {
            context.flush();
            ChannelOutboundBuffer held = context.channel().unsafe().outboundBuffer();
            unsent.accumulateAndGet(held == null ? 0 : held.totalPendingWriteBytes(), Math::max);
        }
    }

    private static byte[] encoded(String piece) {
        if (piece.equals("ERROR")) {
            throw new AssertionError("a bug");
        }
        return piece.getBytes(UTF_8);
    }

    private String responseTo(String requests) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(requests.getBytes(US_ASCII));
            InputStream response = socket.getInputStream();
            return new String(response.readAllBytes(), UTF_8);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), servers.getFirst().port());
    }

    private static String body(String response) {
        StringBuilder body = new StringBuilder();
        int at = response.indexOf("\r\n\r\n") + 4;
        while (true) {
            int sizeEnd = response.indexOf("\r\n", at);
            int size = Integer.parseInt(response, at, sizeEnd, 16);
            if (size == 0) {
                return body.toString();
            }
            body.append(response, sizeEnd + 2, sizeEnd + 2 + size);
            at = sizeEnd + 2 + size + 2;
        }
    }
}
