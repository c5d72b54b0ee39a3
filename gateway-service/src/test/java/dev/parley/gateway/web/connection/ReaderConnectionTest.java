package dev.parley.gateway.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class ReaderConnectionTest {
    /** A request may be admitted at the same moment: that is no error of the gateway. */
    @Test
    void hasAThreadAfterTheClientHasDisconnected() throws Exception {
        CompletableFuture<ServerHttpResponse> answered = new CompletableFuture<>();
        CountDownLatch left = new CountDownLatch(1);
        DisposableServer server = serve(response -> {
            answered.complete(response);
            return Mono.<Void>never().doOnCancel(left::countDown);
        });
        try {
            ServerHttpResponse response;
            try (Socket _ = client(server, "")) {
                response = answered.get(30, TimeUnit.SECONDS);
            }
            assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
            Connection connection = ServerHttpResponseDecorator.getNativeResponse(response);
            await().until(() -> !connection.channel().isRegistered());

            AtomicBoolean run = new AtomicBoolean();
            var _ = ReaderConnection.of(response).thread().schedule(() -> run.set(true));
            await().untilTrue(run);
        } finally {
            server.disposeNow(Duration.ofSeconds(2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "connection: close\r\n"})
    void aConnectionThatTheGatewayClosesHasNotTakenAll(String header) throws Exception {
        byte[] moreThanAConnectionHolds = new byte[64 * 1024 * 1024];
        CompletableFuture<ReaderConnection> answered = new CompletableFuture<>();
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        DisposableServer server = serve(response -> {
            ReaderConnection connection = ReaderConnection.of(response);
            answered.complete(connection);
            return response.writeWith(
                            Mono.fromSupplier(() -> response.bufferFactory().wrap(moreThanAConnectionHolds)))
                    .then(connection.taken())
                    .doOnNext(taken::complete)
                    .then();
        });
        try (Socket client = client(server, header)) {
            await().until(() -> client.getInputStream().available() > 0);
            answered.get(30, TimeUnit.SECONDS).cut();
            assertThat(taken.get(30, TimeUnit.SECONDS)).isFalse();
        } finally {
            server.disposeNow(Duration.ofSeconds(2));
        }
    }

    private static DisposableServer serve(Function<ServerHttpResponse, Mono<Void>> handler) {
        return HttpServer.create()
                .host(InetAddress.getLoopbackAddress().getHostAddress())
                .port(0)
                .handle(new ReactorHttpHandlerAdapter((_, response) -> handler.apply(response)))
                .bindNow();
    }

    /** A client that has sent a request with this header. */
    private static Socket client(DisposableServer server, String header) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.getOutputStream().write(("GET / HTTP/1.1\r\nhost: x\r\n" + header + "\r\n").getBytes(US_ASCII));
        return client;
    }
}
