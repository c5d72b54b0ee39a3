package dev.parley.benchmarks.predecessor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that answers as the chat endpoint did before Parley: one step after the other, a connection of its own for
 * each call to Claude, and not a word before the database has it.
 */
public final class EndpointAsItWas {
    private static final Duration SESSION_CHECK = Duration.ofMillis(200);
    private static final Duration CLAUDE_ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final int BACKLOG = 100;

    private final URI claude;
    private final ChatTable table;

    private EndpointAsItWas(URI claude, ChatTable table) {
        this.claude = claude;
        this.table = table;
    }

    /** Its port, Claude's address, and DynamoDB's. */
    public static void main(String[] arguments) throws IOException {
        ChatTable table = ChatTable.at(URI.create(arguments[2]));
        EndpointAsItWas endpoint = new EndpointAsItWas(URI.create(arguments[1] + "/v1/messages"), table);
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), BACKLOG);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/messages", endpoint::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] question = exchange.getRequestBody().readAllBytes();
            checkSession();
            byte[] answer = ask(question);
            table.write(question, answer);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /** Somebody else's service, and how long it took. */
    private static void checkSession() {
        long until = System.nanoTime() + SESSION_CHECK.toNanos();
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private byte[] ask(byte[] question) throws IOException {
        byte[] whole = new String(question, UTF_8)
                .replace("\"stream\":true", "\"stream\":false")
                .getBytes(UTF_8);
        HttpURLConnection connection = (HttpURLConnection) claude.toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("POST");
        connection.setReadTimeout((int) CLAUDE_ANSWERS_WITHIN.toMillis());
        connection.setRequestProperty("connection", "close");
        connection.setRequestProperty("content-type", "application/json");
        connection.setRequestProperty("x-api-key", "simulated");
        connection.setRequestProperty("anthropic-version", "2023-06-01");
        connection.setDoOutput(true);
        connection.getOutputStream().write(whole);
        try (InputStream answer = connection.getInputStream()) {
            return answer.readAllBytes();
        } finally {
            connection.disconnect();
        }
    }
}
