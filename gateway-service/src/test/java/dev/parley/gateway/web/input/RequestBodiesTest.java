package dev.parley.gateway.web.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.response.ApiErrorException;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.channel.AbortedException;
import reactor.test.StepVerifier;

class RequestBodiesTest {
    private static final String KEY = "a key";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final ConnectionSettings CONNECTIONS =
            new ConnectionSettings(10, Duration.ofSeconds(10), GRACE, DataSize.ofBytes(10));

    private final RequestBodies bodies = new RequestBodies(
            new WebSettings(DataSize.ofBytes(100), TIMEOUT, 10, DataSize.ofBytes(120), DataSize.ofBytes(100)),
            CONNECTIONS);

    @Test
    void countsABodyUntilItsProcessingHasEnded() {
        Sinks.Empty<Integer> work = Sinks.empty();
        var first =
                bodies.with(request(60), KEY, body -> body.then(work.asMono())).toFuture();
        assertRefused(429, bodies.with(request(60), KEY, body -> body));
        work.tryEmitEmpty();
        assertThat(first).isCompleted();
        assertThat(bodies.with(request(60), KEY, body -> body).block()).hasSize(60);
    }

    @Test
    void countsPartialBodiesButNotCancelledOnes() {
        Flux<DataBuffer> halfway = Flux.concat(Flux.just(buffer(30), buffer(30)), Flux.never());
        var partial = bodies.with(request(halfway), KEY, body -> body).subscribe();
        assertRefused(429, bodies.with(request(60), KEY, body -> body));
        partial.dispose();
        assertThat(bodies.with(request(60), KEY, body -> body).block()).hasSize(60);
        assertThat(bodies.with(request(50), KEY, body -> body).block()).hasSize(50);
    }

    @Test
    void stalledBodiesOfOneKeyDoNotBlockOtherKeys() {
        for (int i = 0; i < 5; i++) {
            var _ = bodies.with(request(Flux.never()), KEY, body -> body).subscribe();
        }
        assertRefused(429, bodies.with(request(1), KEY, body -> body));
        assertThat(bodies.with(request(20), "another", body -> body).block()).hasSize(20);
    }

    @Test
    void boundsTheBodiesOfAllKeys() {
        for (int i = 0; i < 10; i++) {
            var _ = bodies.with(request(Flux.never()), "key " + i % 5, body -> body)
                    .subscribe();
        }
        assertRefused(529, bodies.with(request(1), "another", body -> body));
    }

    @Test
    void rejectsATooLargeLengthBeforeReading() {
        AtomicBoolean read = new AtomicBoolean();
        var http = MockServerHttpRequest.post("/v1/messages")
                .contentLength(101)
                .body(Flux.just(buffer(101)).doOnSubscribe(_ -> read.set(true)));
        assertRefused(413, bodies.with(request(http), KEY, body -> body));
        assertThat(read).isFalse();
    }

    @Test
    void rejectsATooLargeBodyWithoutALength() {
        assertRefused(413, bodies.with(request(26), KEY, 25, body -> body));
    }

    /** It is neither logged nor counted as a failure of the gateway. */
    @Test
    void aConnectionThatEndsWithinABodyIsAnErrorOfTheClient() {
        for (Exception end : List.of(new IOException("Connection reset by peer"), AbortedException.beforeSend())) {
            assertRefused(
                    400, bodies.with(request(Flux.concat(Flux.just(buffer(1)), Flux.error(end))), KEY, body -> body));
        }
    }

    @Test
    void releasesTheBuffersOfSmallChunks() {
        List<NettyDataBuffer> chunks = new ArrayList<>();
        NettyDataBufferFactory buffers = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
        Flux<DataBuffer> bytes = Flux.range(0, 20).map(_ -> {
            NettyDataBuffer chunk = buffers.wrap(Unpooled.copiedBuffer(new byte[1]));
            chunks.add(chunk);
            return chunk;
        });
        var partial = bodies.with(request(bytes.concatWith(Flux.never())), KEY, body -> body)
                .subscribe();
        assertThat(chunks).hasSize(20).allMatch(chunk -> chunk.getNativeBuffer().refCnt() == 0);
        partial.dispose();
    }

    @Test
    void rejectsAStalledBodyAfterTheGracePeriod() {
        StepVerifier.withVirtualTime(() -> bodies.with(request(Flux.never()), KEY, body -> body))
                .expectSubscription()
                .expectNoEvent(GRACE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .verifyErrorSatisfies(e -> assertStatus(408, e));
    }

    @Test
    void rejectsABodyBelowTheMinimumRate() {
        StepVerifier.withVirtualTime(() -> bodies.with(request(everySecond(5, 12)), KEY, body -> body))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(9_499))
                .thenAwait(Duration.ofSeconds(1))
                .verifyErrorSatisfies(e -> assertStatus(408, e));
    }

    @Test
    void acceptsABodyAtTheMinimumRate() {
        StepVerifier.withVirtualTime(() -> bodies.with(request(everySecond(10, 6)), KEY, body -> body))
                .thenAwait(TIMEOUT)
                .assertNext(body -> assertThat(body).hasSize(60))
                .verifyComplete();
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "10, 6", "240, 29", "260, 30", "9000000000000000, 30"})
    void extendsTheDeadlineWithTheReceivedBytes(long bytes, long seconds) {
        assertThat(CONNECTIONS.allowed(bytes, TIMEOUT)).isEqualTo(Duration.ofSeconds(seconds));
    }

    private static Flux<DataBuffer> everySecond(int bytes, int times) {
        return Flux.interval(Duration.ofSeconds(1)).map(_ -> buffer(bytes)).take(times);
    }

    private static void assertRefused(int status, Mono<byte[]> body) {
        assertThatThrownBy(body::block).satisfies(e -> assertStatus(status, e));
    }

    private static void assertStatus(int status, Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(ApiErrorException.class, e -> {
            assertThat(e.error().status()).isEqualTo(status);
            assertThat(e.response().retryAfter().isEmpty()).isEqualTo(status < 429);
        });
    }

    private static ServerRequest request(int bytes) {
        return request(Flux.just(buffer(bytes)));
    }

    private static ServerRequest request(Flux<DataBuffer> body) {
        return request(MockServerHttpRequest.post("/v1/messages").body(body));
    }

    private static ServerRequest request(MockServerHttpRequest http) {
        return ServerRequest.create(MockServerWebExchange.from(http), List.of());
    }

    private static DataBuffer buffer(int bytes) {
        return DefaultDataBufferFactory.sharedInstance.wrap(new byte[bytes]);
    }
}
