package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * A gateway of one page on Reactor Netty, without log, keys and checks: it passes requests to Claude, and each piece of an
 * answer to its client as it comes. The least that a gateway on the JVM does.
 */
public final class PassThrough {
    private static final int CONNECTIONS_MAX = 10_000;

    private final HttpClient claude;
    private final String path;

    private PassThrough(URI address, String path) {
        this.claude = HttpClient.create(ConnectionProvider.create("claude", CONNECTIONS_MAX))
                .baseUrl(address.toString());
        this.path = path;
    }

    /** Starts it as a process with the JVM options of gateway-service. */
    static TestedSystem start(Workspace workspace, Path jvmOptions, Endpoint claude) {
        int port = FreePorts.pick(1).getFirst();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + jvmOptions,
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                PassThrough.class.getName(),
                Integer.toString(port),
                claude.address().toString(),
                claude.path());
        return ExternalProgram.start(workspace, SystemName.PASS_THROUGH, port, command, claude);
    }

    /** Serves until it is killed. The arguments are the port, and address and path of Claude. */
    public static void main(String[] arguments) {
        PassThrough gateway = new PassThrough(URI.create(arguments[1]), arguments[2]);
        HttpServer.create()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[0]))
                .handle(gateway::answer)
                .bindNow()
                .onDispose()
                .block();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return claude.headers(headers -> headers.set(request.requestHeaders()).remove(HttpHeaderNames.HOST))
                .post()
                .uri(path)
                .send(request.receive().retain())
                .response((head, body) -> {
                    response.status(head.status()).headers(head.responseHeaders());
                    return response.send(body.retain(), _ -> true);
                });
    }
}
