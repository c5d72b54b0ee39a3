package dev.parley.inference;

import java.net.URI;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Answers every request with the same bytes, on a free port of the loopback address. */
final class StubClaude implements AutoCloseable {
    private final DisposableServer server;

    StubClaude(byte[] answer) {
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> request.receive()
                        .then(response.sse().sendByteArray(Mono.just(answer)).then()))
                .bindNow();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
