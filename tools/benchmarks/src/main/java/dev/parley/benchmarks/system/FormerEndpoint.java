package dev.parley.benchmarks.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.machine.IdleWait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A model of the chat endpoint that Parley replaces: it checks a session, calls Claude over a new connection, stores the
 * answer, and only then responds. The session check and the DynamoDB write are waits of the durations that were observed.
 */
record FormerEndpoint(Endpoint claude) {
    private static final Duration SESSION_CHECK = Duration.ofMillis(200);
    private static final Duration DATABASE_WRITE = Duration.ofMillis(274);
    private static final Duration CLAUDE_TIMEOUT = Duration.ofSeconds(30);
    private static final int BACKLOG = 100;

    /** Starts it in this process, which costs little: it mostly waits. */
    static TestedSystem start(Endpoint claude) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(claude.path(), new FormerEndpoint(claude)::answer);
            server.start();
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            return new TestedSystem(
                    SystemName.FORMER_ENDPOINT, new Endpoint(address, claude.path(), Map.of()), List.of());
        } catch (IOException e) {
            throw new UncheckedIOException("the former endpoint cannot listen", e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String question = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            IdleWait.until(System.nanoTime() + SESSION_CHECK.toNanos());
            byte[] answer = ask(question.replace("\"stream\":true", "\"stream\":false"));
            IdleWait.until(System.nanoTime() + DATABASE_WRITE.toNanos());
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private byte[] ask(String question) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                claude.address().resolve(claude.path()).toURL().openConnection(Proxy.NO_PROXY);
        connection.setReadTimeout((int) CLAUDE_TIMEOUT.toMillis());
        connection.setRequestProperty("connection", "close");
        connection.setRequestProperty("content-type", "application/json");
        claude.headers().forEach(connection::setRequestProperty);
        connection.setDoOutput(true);
        connection.getOutputStream().write(question.getBytes(UTF_8));
        try (var answer = connection.getInputStream()) {
            return answer.readAllBytes();
        } finally {
            connection.disconnect();
        }
    }
}
