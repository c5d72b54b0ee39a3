package dev.parley.inference.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.parley.inference.claude.TestServer.Protocol;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.calls.Claude.AnswerStream;
import dev.parley.inference.generation.calls.Claude.Response;
import dev.parley.inference.generation.calls.Claude.Response.Accepted;
import dev.parley.inference.generation.calls.Claude.Response.Refused;
import dev.parley.messages.ApiError;
import dev.parley.testing.LogLines;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HttpClaudeTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration BATCH_DELAY = Duration.ofMillis(200);

    /** Batches end at the nearest millisecond: by less than this before their delay is over. */
    private static final Duration ROUNDING = Duration.ofMillis(1);

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicLong endlessBytes = new AtomicLong();

    /** The newest first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** The first line of a request's body names the answer. */
    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        requests.incrementAndGet();
        return request.receive().aggregate().asString().flatMap(name -> switch (name) {
            case "hello" ->
                response.header("request-id", "req_1")
                        .sendString(Flux.just("hello, ", "world"))
                        .then();
            case "key" ->
                response.sendString(Mono.just(request.requestHeaders().get("x-api-key", "")))
                        .then();
            case "silence" -> {
                request.withConnection(
                        stream -> stream.channel().parent().pipeline().addFirst(new TestServer.DiscardingHandler()));
                yield Mono.never();
            }
            case "late" ->
                Mono.delay(Duration.ofSeconds(2))
                        .thenEmpty(response.sendString(Mono.just("late")).then());
            case "thinks" ->
                flushed(
                        Flux.concat(
                                Mono.just("first"),
                                Mono.delay(Duration.ofSeconds(3)).map(_ -> ", second")),
                        response);
            case "early hints" -> {
                request.withConnection(connection -> sendInterim(connection.channel(), HttpResponseStatus.EARLY_HINTS));
                yield Mono.delay(Duration.ofMillis(100))
                        .thenEmpty(response.sendString(Mono.just("hinted")).then());
            }
            case "switch" -> {
                request.withConnection(
                        connection -> sendInterim(connection.channel(), HttpResponseStatus.SWITCHING_PROTOCOLS));
                yield Mono.never();
            }
            case "never" ->
                Mono.<Void>never().doOnSubscribe(_ -> asked.countDown()).doOnCancel(cancelled::countDown);
            case "waits" ->
                flushed(
                        Flux.concat(Mono.just("first"), Mono.<String>never().doOnCancel(cancelled::countDown)),
                        response);
            case "cut" ->
                flushed(
                        Flux.concat(
                                Mono.just("first"),
                                Mono.delay(Duration.ofMillis(100)).then(Mono.error(new IllegalStateException("cut")))),
                        response);
            case "cut error" ->
                flushed(
                        Flux.concat(
                                Mono.just("{\"type\":"),
                                Mono.delay(Duration.ofMillis(100)).then(Mono.error(new IllegalStateException("cut")))),
                        response.status(400).header("x-should-retry", "false"));
            case "passing error" ->
                response.status(400).header("x-should-retry", "true").send();
            case "endless error" ->
                flushed(
                        Flux.concat(
                                Mono.just("{\"type\":"), Mono.<String>never().doOnCancel(cancelled::countDown)),
                        response.status(429).header("retry-after", "7"));
            case "long error" -> response.status(400).sendByteArray(endless()).then();
            case "endless" -> response.sendByteArray(endless()).then();
            case "large" ->
                response.sendByteArray(Flux.range(0, 5_000).map(_ -> new byte[1_000]))
                        .then();
            default ->
                response.status(Integer.parseInt(name.substring(0, 3)))
                        .header("retry-after", "7")
                        .sendString(Mono.just(name.substring(4)))
                        .then();
        });
    }

    private static void sendInterim(Channel channel, HttpResponseStatus status) {
        boolean http2 = channel instanceof Http2StreamChannel;
        ChannelHandlerContext codec =
                channel.pipeline().context(http2 ? NettyPipeline.H2ToHttp11Codec : NettyPipeline.HttpCodec);
        var _ = codec.writeAndFlush(
                http2
                        ? new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status.codeAsText()))
                        : Unpooled.copiedBuffer("HTTP/1.1 " + status + "\r\n\r\n", UTF_8));
    }

    private Flux<byte[]> endless() {
        return Flux.<byte[]>generate(sink -> {
                    endlessBytes.addAndGet(1_000);
                    sink.next(new byte[1_000]);
                })
                .doOnCancel(cancelled::countDown);
    }

    private static Mono<Void> flushed(Flux<String> body, HttpServerResponse response) {
        return response.send(body.map(text -> Unpooled.copiedBuffer(text, UTF_8)), _ -> true)
                .then();
    }

    private TestServer server(Protocol protocol) throws Exception {
        return opened(new TestServer(protocol, "localhost", this::answer));
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesAnAnswerToItsReaderOnOneThread(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader reader = read(claude, "hello");
        assertThat(reader.end().get()).isEqualTo("ended");
        assertThat(reader.text()).isEqualTo("hello, world");
        assertThat(reader.batches).hasValueGreaterThan(0);
        assertThat(reader.threads()).singleElement().asString().startsWith("claude-");
    }

    @ParameterizedTest
    @EnumSource
    void endsABatchAfterItsDelay(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader reader = new RecordingReader();
        reader.batchDelay = BATCH_DELAY;
        AnswerStream answer = stream(claude, "waits");
        long begin = System.nanoTime();
        reader.read(answer, LONG);
        while (reader.batches.get() == 0) {
            Thread.onSpinWait();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(BATCH_DELAY.minus(ROUNDING));
        assertThat(reader.text()).isEqualTo("first");
    }

    /** Those of a connection share an event loop. */
    @Test
    void endsTheBatchesOfAllAnswersOfALoopWhenAReaderFails() throws Exception {
        HttpClaude claude = opened(server(Protocol.HTTP_2_TLS).client());
        for (int round = 0; round < 2; round++) {
            RecordingReader failing = new RecordingReader() {
                @Override
                public void batchEnded() {
                    throw new IllegalStateException("a reader fails");
                }
            };
            RecordingReader other = new RecordingReader();
            long begin = 0;
            for (RecordingReader reader : List.of(failing, other)) {
                begin = System.nanoTime();
                reader.batchDelay = BATCH_DELAY;
                reader.read(stream(claude, "waits"), LONG);
                awaitText(reader, "first");
            }
            while (other.batches.get() == 0) {
                Thread.onSpinWait();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(BATCH_DELAY.minus(ROUNDING));
            assertThat(failing.end()).isCompletedExceptionally();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsALargeBatchBeforeItsDelayAndTheAnswerAfterIt(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader large = new RecordingReader();
        large.batchDelay = BATCH_DELAY;
        large.read(stream(claude, "large"), LONG);
        assertThat(textOf(large)).hasSize(5_000_000);
        assertThat(large.batches).hasValueGreaterThan(10);
        RecordingReader small = new RecordingReader();
        small.batchDelay = BATCH_DELAY;
        long begin = System.nanoTime();
        small.read(stream(claude, "hello"), LONG);
        assertThat(textOf(small)).isEqualTo("hello, world");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(BATCH_DELAY.minus(ROUNDING));
        assertThat(small.batches).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource
    void sendsTheKeyThatIsValidNow(Protocol protocol) throws Exception {
        AtomicReference<String> key = new AtomicReference<>("first");
        HttpClaude claude = opened(server(protocol).client(key::get));
        assertThat(textOf(read(claude, "key"))).isEqualTo("first");
        key.set("second");
        assertThat(textOf(read(claude, "key"))).isEqualTo("second");
    }

    private static String textOf(RecordingReader reader) throws Exception {
        assertThat(reader.end().get()).isEqualTo("ended");
        return reader.text();
    }

    @ParameterizedTest
    @EnumSource
    void cancellingACallClosesIt(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        CompletableFuture<Response> response = claude.ask(call("never"));
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(response).isNotDone();
        response.cancel(true);
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Then the caller does not have the answer, and cannot close it. */
    @Test
    void cancellingACallWhileItsAnswerIsHandedOverStopsTheServer() throws Exception {
        CompletableFuture<CompletableFuture<Response>> response = new CompletableFuture<>();
        HttpClaude claude = opened(server(Protocol.HTTP_2_TLS)
                .client(client -> client.mapConnect(
                        answered -> answered.doOnNext(_ -> response.join().cancel(true)))));
        response.complete(claude.ask(call("waits")));
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** As when a load balancer has forgotten it: nothing tells the client, and its calls would go there until the kernel gives up. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_2_CLEARTEXT", "HTTP_2_TLS"})
    void leavesAConnectionThatHasFallenSilent(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client(() -> "key", Duration.ofSeconds(1)));
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
        Response lost = claude.ask(call("silence")).get(10, TimeUnit.SECONDS);
        assertThat(lost).isInstanceOf(Response.Refused.class);
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_2_CLEARTEXT", "HTTP_2_TLS"})
    void givesACallTheWholeTimeOnAnIdleConnection(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client(() -> "key", Duration.ofSeconds(3)));
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
        assertThatThrownBy(() -> new CompletableFuture<>().get(2, TimeUnit.SECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(textOf(read(claude, "late"))).isEqualTo("late");
    }

    /** As while Claude thinks or writes the input of a tool: the server answers PINGs meanwhile. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_2_CLEARTEXT", "HTTP_2_TLS"})
    void keepsAConnectionWhoseAnswersAreSilent(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client(() -> "key", Duration.ofSeconds(1)));
        assertThat(textOf(read(claude, "thinks"))).isEqualTo("first, second");
        assertThat(textOf(read(claude, "late"))).isEqualTo("late");
    }

    /** As while Kafka is away for longer than a connection may be silent. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_2_CLEARTEXT", "HTTP_2_TLS"})
    void keepsAConnectionWhoseAnswerHasNoRoom(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client(() -> "key", Duration.ofSeconds(1)));
        RecordingReader reader = new RecordingReader();
        reader.room = false;
        reader.read(stream(claude, "large"), LONG);
        assertThatThrownBy(() -> reader.end().get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        reader.room = true;
        assertThat(textOf(reader)).hasSize(5_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void abandoningAnAnswerTellsItsReader(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader reader = new RecordingReader();
        AnswerStream answer = stream(claude, "waits");
        reader.read(answer, LONG);
        awaitText(reader, "first");
        answer.abandon();
        assertThat(reader.end().get()).isEqualTo("broken: abandoned");
    }

    @ParameterizedTest
    @EnumSource
    void abandoningAnAnswerThatIsNotReadStopsTheServer(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        stream(claude, "waits").abandon();
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void closingAnAnswerStopsTheServer(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        AnswerStream answer = stream(claude, "waits");
        answer.read(
                new RecordingReader() {
                    @Override
                    public void received(ByteBuffer bytes) {
                        answer.close();
                    }
                },
                LONG);
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void reportsPauses(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader reader = new RecordingReader();
        reader.read(stream(claude, "waits"), Duration.ofMillis(20));
        while (reader.pauses.get() < 3) {
            Thread.onSpinWait();
        }
        assertThat(reader.text()).isEqualTo("first");
    }

    @ParameterizedTest
    @EnumSource
    void reportsABrokenConnection(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader reader = read(claude, "cut");
        assertThat(reader.end().get()).startsWith("broken: ");
        assertThat(reader.text()).isEqualTo("first");
    }

    /** Over HTTP/2, all of these share a connection. */
    @ParameterizedTest
    @EnumSource
    void answersWithoutRoomStopNoOtherAnswer(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        for (int i = 0; i < 20; i++) {
            RecordingReader full = new RecordingReader();
            full.room = false;
            full.read(stream(claude, "endless"), LONG);
        }
        RecordingReader other = read(claude, "large");
        assertThat(other.end().get()).isEqualTo("ended");
        assertThat(other.text()).hasSize(5_000_000);
        long written = endlessBytes.get();
        assertThat(written).isLessThan(20L * 20_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerGoesOnWhenThereIsRoom(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader reader = new RecordingReader();
        reader.room = false;
        reader.read(stream(claude, "large"), LONG);
        assertThatThrownBy(() -> reader.end().get(300, TimeUnit.MILLISECONDS));
        reader.room = true;
        assertThat(reader.end().get()).isEqualTo("ended");
        assertThat(reader.text()).hasSize(5_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatFailsHarmsNoOther(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        RecordingReader failing = new RecordingReader() {
            @Override
            public void received(ByteBuffer bytes) {
                throw new IllegalStateException("a bug");
            }
        };
        failing.read(stream(claude, "waits"), LONG);
        assertThatThrownBy(() -> failing.end().get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("a bug");
        assertThat(read(claude, "hello").end().get()).isEqualTo("ended");
    }

    @ParameterizedTest
    @EnumSource
    void forwardsErrors(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        Refused refused = refusal(claude, "404 " + error("not_found_error", ""));
        assertThat(refused.error()).isEqualTo(new ApiError(404, "not_found_error", "Claude's words"));
        assertThat(refused.retryAfter()).isEqualTo("7");
    }

    /** Without it, it would be a broken connection, after which the same request is made again. */
    @ParameterizedTest
    @EnumSource
    void keepsTheStatusOfAnErrorThatBreaksOff(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        Refused refused = refusal(claude, "cut error");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error().type()).isEqualTo("invalid_request_error");
        assertThat(refused.shouldRetry()).isEqualTo(Claude.ShouldRetry.NO);
    }

    @Test
    void tellsThatClaudeWantsARetry() throws Exception {
        assertThat(refusal("passing error").shouldRetry()).isEqualTo(Claude.ShouldRetry.YES);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheStatusOfAnErrorThatDoesNotEnd(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        Refused refused = refusal(claude, "endless error");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.retryAfter()).isEqualTo("7");
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void stopsReadingAnErrorThatIsTooLong(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        assertThat(refusal(claude, "long error").status()).isEqualTo(400);
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(endlessBytes).hasValueLessThan(20_000_000);
    }

    /** A call may begin before the connection of the one before is free again. */
    @ParameterizedTest
    @EnumSource
    void keepsAConnectionAfterAnError(Protocol protocol) throws Exception {
        TestServer server = server(protocol);
        HttpClaude claude = opened(server.client());
        for (int i = 0; i < 10; i++) {
            assertThat(refusal(claude, "429 " + error("rate_limit_error", "")).status())
                    .isEqualTo(429);
        }
        assertThat(server.connections()).isLessThan(5);
    }

    /** The next request would wait behind the rest of this one. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_1_1_TLS"})
    void closesAConnectionWhoseRequestIsRefusedBeforeItIsSent(Protocol protocol) throws Exception {
        TestServer server = opened(new TestServer(
                protocol, "localhost", (_, response) -> response.status(413).send()));
        HttpClaude claude = opened(server.client());
        assertThat(refusal(claude, "hello").status()).isEqualTo(413);
        assertThat(refusal(claude, "a".repeat(64 * 1024 * 1024)).status()).isEqualTo(413);
        int before = server.connections();
        assertThat(refusal(claude, "hello").status()).isEqualTo(413);
        assertThat(server.connections()).isEqualTo(before + 1);
    }

    /** Reactor Netty takes all but 100 for the answer, and would give the next call a connection on which this one is answered. */
    @ParameterizedTest
    @EnumSource
    void ignoresInterimResponses(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        assertThat(textOf(read(claude, "early hints"))).isEqualTo("hinted");
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
    }

    /** No call asks for that. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_1_1_TLS"})
    void closesAConnectionThatIsSwitchedToAnotherProtocol(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
        assertThat(refusal(claude, "switch").error().status()).isEqualTo(502);
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
    }

    /** The connections are opened one after the other: each of these calls would wait for those before. */
    @Test
    void callsWithoutAConnectionEndTogether() throws Exception {
        TestServer server = server(Protocol.HTTP_2_TLS);
        server.silent = true;
        HttpClaude claude = opened(server.client(Duration.ofSeconds(1)));
        List<CompletableFuture<Response>> calls =
                Stream.generate(() -> claude.ask(call("hello"))).limit(20).toList();
        for (CompletableFuture<Response> call : calls) {
            assertThat(call.get()).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.status()).isZero();
                assertThat(refused.error().status()).isEqualTo(503);
            });
        }
        assertThat(server.connections()).isLessThan(10);
    }

    /** It waits in the pool all the same. */
    @Test
    void doesNotSendACallThatIsCancelledBeforeItHasAConnection() throws Exception {
        TestServer server = server(Protocol.HTTP_2_TLS);
        CompletableFuture<Void> readable = new CompletableFuture<>();
        server.readable = readable;
        HttpClaude claude = opened(server.client());
        CompletableFuture<Response> before = claude.ask(call("hello"));
        CompletableFuture<Response> cancelledCall = claude.ask(call("hello"));
        CompletableFuture<Response> after = claude.ask(call("hello"));
        cancelledCall.cancel(true);
        readable.complete(null);
        for (CompletableFuture<Response> call : List.of(before, after)) {
            RecordingReader reader = new RecordingReader();
            reader.read(((Accepted) call.get()).answer(), LONG);
            assertThat(textOf(reader)).isEqualTo("hello, world");
        }
        assertThat(requests).hasValue(2);
        assertThat(server.connections()).isEqualTo(1);
    }

    /** As after an outage, in which each call is repeated. The pool opens a connection for one after the other. */
    @Test
    void sendsNoCallsAndNoWarmUpThatHadNoConnectionInTime() throws Exception {
        TestServer server = server(Protocol.HTTP_2_TLS);
        CompletableFuture<Void> readable = new CompletableFuture<>();
        server.readable = readable;
        HttpClaude claude = opened(server.client(Duration.ofSeconds(2)));
        List<CompletableFuture<Response>> calls =
                Stream.generate(() -> claude.ask(call("hello"))).limit(20).toList();
        claude.warmUp();
        for (CompletableFuture<Response> call : calls) {
            assertThat(call.get()).isInstanceOf(Refused.class);
        }
        readable.complete(null);
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
        assertThat(requests).hasValue(1);
    }

    @Test
    void aConnectTimeoutIsOneOfTlsToo() throws Exception {
        TestServer server = server(Protocol.HTTP_2_TLS);
        server.silent = true;
        HttpClaude claude = opened(server.client(Duration.ofSeconds(1)));
        try (LogLines lines = LogLines.of(HttpClaude.class)) {
            assertThat(refusal(claude, "hello").error().status()).isEqualTo(503);
            assertThat(lines.list())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anySatisfy(line -> assertThat(line).contains("handshake timed out after 1000ms"));
        }
    }

    /** The pool for HTTP/2 opens one connection at a time. */
    @Test
    void opensConnectionsOfHttp1AtTheSameTime() throws Exception {
        TestServer server = server(Protocol.HTTP_1_1_TLS);
        HttpClaude claude = opened(server.client(LONG));
        AnswerStream _ = stream(claude, "waits");
        int before = server.connections();
        server.silent = true;
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Response> _ = claude.ask(call("hello"));
        }
        await().until(() -> server.connections() == before + 3);
    }

    /** Calls take another one than that over which the version is negotiated. */
    @Test
    void opensAConnectionForCallsOverHttp1() throws Exception {
        TestServer server = server(Protocol.HTTP_1_1_TLS);
        HttpClaude claude = opened(server.client());
        claude.warmUp();
        assertThat(server.connections()).isEqualTo(2);
        assertThat(textOf(read(claude, "hello"))).isEqualTo("hello, world");
    }

    /** 80 share a connection. */
    @Test
    void readsManyAnswersOnSeveralThreads() throws Exception {
        HttpClaude claude = opened(server(Protocol.HTTP_2_TLS).client());
        List<CompletableFuture<Response>> calls =
                Stream.generate(() -> claude.ask(call("waits"))).limit(200).toList();
        Set<String> threads = new HashSet<>();
        for (CompletableFuture<Response> call : calls) {
            RecordingReader reader = new RecordingReader();
            reader.read(((Accepted) call.get()).answer(), LONG);
            awaitText(reader, "first");
            threads.addAll(reader.threads());
        }
        assertThat(threads).hasSizeGreaterThan(Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0);
    }

    @Test
    void refusesACertificateOfAnotherHost() throws Exception {
        HttpClaude claude = opened(opened(new TestServer(Protocol.HTTP_2_TLS, "elsewhere.example", this::answer))
                .client());
        assertThat(refusal(claude, "hello").status()).isZero();
    }

    @Test
    void anUnreachableServerIsUnavailable() throws Exception {
        TestServer server = server(Protocol.HTTP_1_1);
        HttpClaude claude = opened(server.client());
        server.close();
        assertThat(refusal(claude, "hello").error().status()).isEqualTo(503);
    }

    @Test
    void aValueThatIsNoHeaderIsAnInvalidRequest() throws Exception {
        HttpClaude claude = opened(server(Protocol.HTTP_1_1).client());
        Response response = claude.ask(new Claude.Call("claude-x", "2023-06-01", "a\r\nx: y", new byte[0]))
                .get();
        assertThat(((Refused) response).error().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"401, authentication_error", "403, permission_error"})
    void aRefusalOfTheOperatorsKeyIsNoRefusalOfTheClients(int refusal, String type) throws Exception {
        Refused refused = refusal(refusal + " " + error(type, ""));
        assertThat(refused.error())
                .isEqualTo(new ApiError(502, "api_error", "The gateway's credentials were not accepted by Claude."));
        // Not retried, and counted.
        assertThat(refused.status()).isEqualTo(refusal);
    }

    @Test
    void forwardsDetailsFromWhichSdksRecover() throws Exception {
        Refused refused =
                refusal("404 " + error("not_found_error", ",\"details\":{\"error_code\":\"thread_not_found\"}"));
        assertThat(new String(refused.error().body("gen_1"), UTF_8))
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"Claude's words\","
                        + "\"details\":{\"error_code\":\"thread_not_found\"}},\"request_id\":\"gen_1\"}");
    }

    @Test
    void aRedirectIsABadGateway() throws Exception {
        assertThat(refusal("302 ").error().status()).isEqualTo(502);
    }

    private static String error(String type, String details) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"Claude's words\"" + details
                + "}}";
    }

    private Refused refusal(String answer) throws Exception {
        HttpClaude claude = opened(server(Protocol.HTTP_1_1).client());
        return refusal(claude, answer);
    }

    private static Refused refusal(Claude claude, String answer) throws Exception {
        return (Refused) claude.ask(call(answer)).get(20, TimeUnit.SECONDS);
    }

    private RecordingReader read(Claude claude, String answer) throws Exception {
        RecordingReader reader = new RecordingReader();
        reader.read(stream(claude, answer), LONG);
        return reader;
    }

    /** It may have 8 MiB, and an answer takes minutes. */
    @ParameterizedTest
    @EnumSource
    void letsGoOfARequestThatIsSent(Protocol protocol) throws Exception {
        HttpClaude claude = opened(server(protocol).client());
        AtomicReference<WeakReference<byte[]>> request = new AtomicReference<>();
        AnswerStream answer = stream(claude, calling("waits", request));
        RecordingReader reader = new RecordingReader();
        reader.read(answer, LONG);
        awaitText(reader, "first");
        await().untilAsserted(() -> {
            System.gc();
            assertThat(request.get().get()).isNull();
        });
    }

    /** It waits in the pool all the same, as long as no connection can be opened. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1_TLS", "HTTP_2_TLS"})
    void letsGoOfARequestThatIsCancelledBeforeItHasAConnection(Protocol protocol) throws Exception {
        TestServer server = server(protocol);
        server.silent = true;
        HttpClaude claude = opened(server.client(LONG));
        AtomicReference<WeakReference<byte[]>> request = new AtomicReference<>();
        claude.ask(calling("hello", request)).cancel(true);
        await().untilAsserted(() -> {
            System.gc();
            assertThat(request.get().get()).isNull();
        });
    }

    private static Claude.Call calling(String answer, AtomicReference<WeakReference<byte[]>> request) {
        Claude.Call call = call(answer);
        request.set(new WeakReference<>(call.request()));
        return call;
    }

    private AnswerStream stream(Claude claude, String answer) throws Exception {
        return stream(claude, call(answer));
    }

    private AnswerStream stream(Claude claude, Claude.Call call) throws Exception {
        AnswerStream answer = ((Accepted) claude.ask(call).get(20, TimeUnit.SECONDS)).answer();
        // Before the client, whose connection would keep what it has received and not passed on.
        AutoCloseable _ = opened(answer::abandon);
        return answer;
    }

    private static void awaitText(RecordingReader reader, String text) {
        while (!reader.text().equals(text)) {
            Thread.onSpinWait();
        }
    }

    private static Claude.Call call(String answer) {
        return new Claude.Call("claude-x", "2023-06-01", "", answer.getBytes(UTF_8));
    }
}
