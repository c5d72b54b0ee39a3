package dev.parley.benchmarks.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A model of the chat endpoint that Parley replaces: it checks a session, calls Claude over a new connection, stores the
 * answer, and only then responds. The session check and the DynamoDB write are waits of the durations that were observed.
 */
public final class FormerEndpoint {
    private static final Duration SESSION_CHECK = Duration.ofMillis(200);
    private static final Duration DATABASE_WRITE = Duration.ofMillis(274);
    private static final Duration CLAUDE_TIMEOUT = Duration.ofSeconds(30);
    private static final int BACKLOG = 100;

    private final URI claude;

    private FormerEndpoint(URI claude) {
        this.claude = claude;
    }

    static TestedSystem start(Workspace workspace, Endpoint claude) {
        int port = FreePorts.pick(1).getFirst();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FormerEndpoint.class.getName(),
                Integer.toString(port),
                claude.address() + claude.path());
        ManagedProcess process = ExternalProgram.start(workspace, "former-endpoint", port, command);
        Endpoint endpoint = new Endpoint(URI.create("http://127.0.0.1:" + port), claude.path(), Map.of());
        return new TestedSystem(SystemName.FORMER_ENDPOINT, endpoint, List.of(process));
    }

    /** Takes its port and Claude's address. */
    public static void main(String[] arguments) throws IOException {
        FormerEndpoint endpoint = new FormerEndpoint(URI.create(arguments[1]));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(endpoint.claude.getPath(), endpoint::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String question = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            await(SESSION_CHECK);
            byte[] answer = ask(question.replace("\"stream\":true", "\"stream\":false"));
            await(DATABASE_WRITE);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static void await(Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private byte[] ask(String question) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) claude.toURL().openConnection(Proxy.NO_PROXY);
        connection.setReadTimeout((int) CLAUDE_TIMEOUT.toMillis());
        connection.setRequestProperty("connection", "close");
        connection.setRequestProperty("content-type", "application/json");
        connection.setRequestProperty("x-api-key", "simulated");
        connection.setRequestProperty("anthropic-version", "2023-06-01");
        connection.setDoOutput(true);
        connection.getOutputStream().write(question.getBytes(UTF_8));
        try (var answer = connection.getInputStream()) {
            return answer.readAllBytes();
        } finally {
            connection.disconnect();
        }
    }
}
