package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.parley.localstack.servers.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A gateway whose responses are given, and commands that call it. */
final class ScriptedGateway implements AfterEachCallback {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private volatile String asked = "";
    private volatile String body = "";

    ScriptedGateway() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        server.stop(0);
        threads.close();
    }

    /** Gives every request this response. */
    void serve(int status, String response) {
        serve(exchange -> {
            asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " with "
                    + exchange.getRequestHeaders().getFirst("x-api-key");
            body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            byte[] bytes = response.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (exchange) {
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    void serve(HttpHandler handler) {
        server.createContext("/", handler);
    }

    /** Runs a command with the keys {@code the-key} and {@code the-admin-key}, and returns its status. */
    int run(String... arguments) {
        Map<String, String> environment = Map.of(
                "PARLEY_URL",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "PARLEY_KEY",
                "the-key",
                "PARLEY_ADMIN_KEY",
                "the-admin-key");
        CommandContext context = new CommandContext(
                Checkout.find(), environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return Parley.commandLine(context).execute(arguments);
    }

    /** Method, address and key of the last request. */
    String asked() {
        return asked;
    }

    String body() {
        return body;
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }
}
