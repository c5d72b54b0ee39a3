package dev.parley.gateway.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
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
        DisposableServer server = HttpServer.create()
                .host(InetAddress.getLoopbackAddress().getHostAddress())
                .port(0)
                .handle(new ReactorHttpHandlerAdapter((_, response) -> {
                    answered.complete(response);
                    return Mono.<Void>never().doOnCancel(left::countDown);
                }))
                .bindNow();
        try {
            ServerHttpResponse response;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(US_ASCII));
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
}
