package dev.parley.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class RequestBodiesTest {
    private final RequestBodies bodies = new RequestBodies(new WebSettings(
            DataSize.ofBytes(100), Duration.ofSeconds(30), 10, DataSize.ofBytes(100), DataSize.ofBytes(100)));

    @Test
    void holdsABodyUntilWhatIsDoneWithItIsDone() {
        Sinks.Empty<Integer> work = Sinks.empty();
        var first = bodies.with(request(60), body -> body.then(work.asMono())).toFuture();
        assertTooMany(bodies.with(request(60), body -> body));
        work.tryEmitEmpty();
        assertThat(first).isCompleted();
        assertThat(bodies.with(request(60), body -> body).block()).hasSize(60);
    }

    @Test
    void countsFromTheFirstBytesOnAndNotWhatWasGivenUp() {
        Flux<DataBuffer> halfway = Flux.concat(Flux.just(buffer(30), buffer(30)), Flux.never());
        var comingIn = bodies.with(request(halfway), body -> body).subscribe();
        assertTooMany(bodies.with(request(60), body -> body));
        comingIn.dispose();
        assertThat(bodies.with(request(60), body -> body).block()).hasSize(60);
        assertThat(bodies.with(request(100), body -> body).block()).hasSize(100);
    }

    private static void assertTooMany(Mono<byte[]> body) {
        assertThatThrownBy(body::block).isInstanceOfSatisfying(ApiErrorException.class, e -> {
            assertThat(e.error().status()).isEqualTo(529);
            assertThat(e.retryAfter()).isNotEmpty();
        });
    }

    private static ServerRequest request(int bytes) {
        return request(Flux.just(buffer(bytes)));
    }

    private static ServerRequest request(Flux<DataBuffer> body) {
        return ServerRequest.create(
                MockServerWebExchange.from(
                        MockServerHttpRequest.post("/v1/messages").body(body)),
                List.of());
    }

    private static DataBuffer buffer(int bytes) {
        return DefaultDataBufferFactory.sharedInstance.wrap(new byte[bytes]);
    }
}
