package dev.parley.pulse.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves GET and HEAD: the page and its files at {@code /pulse}; the present state at {@code /pulse/snapshot}, if the
 * {@link AccessRule} grants access; status 200 at {@code /healthz}.
 */
public final class PulseServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PulseServer.class);
    private static final int BACKLOG = 50;
    private static final Pattern FILE = Pattern.compile("/pulse/(?<name>[a-z]+\\.(?<type>html|css|js|svg))");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    /** Delay of the response to a wrong key, against guessing. */
    private static final Duration WRONG_KEY_DELAY = Duration.ofSeconds(1);

    private static final int WRONG_KEYS_MAX = 8;

    static {
        // Bounds of the JDK's server, in connections and in seconds: there are none by default.
        System.setProperty("jdk.httpserver.maxConnections", "200");
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final AccessRule access;
    private final Supplier<byte[]> snapshot;
    private final Semaphore wrongKeys = new Semaphore(WRONG_KEYS_MAX);

    private PulseServer(HttpServer server, AccessRule access, Supplier<byte[]> snapshot) {
        this.server = server;
        this.access = access;
        this.snapshot = snapshot;
    }

    /**
     * Starts a server.
     *
     * @param snapshot makes the JSON of the present state
     * @throws IOException if something else listens on the port, or the host has no address
     */
    public static PulseServer start(InetSocketAddress address, AccessRule access, Supplier<byte[]> snapshot)
            throws IOException {
        PulseServer server = new PulseServer(listen(address), access, snapshot);
        server.server.setExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 0).factory()));
        server.server.createContext("/", server::handle);
        server.server.start();
        return server;
    }

    private static HttpServer listen(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException("cannot listen on " + address + ": " + e, e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("x-content-type-options", "nosniff");
            exchange.getResponseHeaders().set("cross-origin-resource-policy", "same-origin");
            exchange.getResponseHeaders().set("cache-control", "no-store");
            if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
                exchange.getResponseHeaders().set("allow", "GET, HEAD");
                refuse(exchange, 405, "This server only answers GET and HEAD.");
                return;
            }
            String path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/" -> {
                    exchange.getResponseHeaders().set("location", "/pulse");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/healthz" -> send(exchange, 200, "text/plain;charset=utf-8", "ok\n".getBytes(UTF_8));
                case "/pulse" -> file(exchange, "/pulse/pulse.html");
                case "/pulse/snapshot" -> snapshot(exchange);
                default -> file(exchange, path);
            }
        } catch (RuntimeException | InterruptedException e) {
            LOG.warn("A request failed", e);
        }
    }

    private static void file(HttpExchange exchange, String path) throws IOException {
        Matcher file = FILE.matcher(path);
        try (InputStream content =
                file.matches() ? PulseServer.class.getResourceAsStream("/page/" + file.group("name")) : null) {
            if (content == null) {
                refuse(exchange, 404, "There is no such page.");
                return;
            }
            exchange.getResponseHeaders().set("content-security-policy", CONTENT_SECURITY_POLICY);
            exchange.getResponseHeaders().set("referrer-policy", "no-referrer");
            exchange.getResponseHeaders().set("cross-origin-opener-policy", "same-origin");
            send(exchange, 200, TYPES.getOrDefault(file.group("type"), "text/plain"), content.readAllBytes());
        }
    }

    private void snapshot(HttpExchange exchange) throws IOException, InterruptedException {
        switch (access.decide(exchange.getRequestHeaders())) {
            case GRANTED -> send(exchange, 200, "application/json", snapshot.get());
            case KEY_MISSING -> refuse(exchange, 401, "This takes the operators' key in x-api-key.");
            case KEY_WRONG -> refuseWrongKey(exchange);
            case NOT_LOCAL ->
                refuse(
                        exchange,
                        403,
                        "Without a key this is for http://localhost and http://127.0.0.1 only: set PARLEY_PULSE_KEY_SHA256.");
        }
    }

    private void refuseWrongKey(HttpExchange exchange) throws IOException, InterruptedException {
        if (!wrongKeys.tryAcquire()) {
            refuse(exchange, 429, "Too many wrong keys.");
            return;
        }
        try {
            Thread.sleep(WRONG_KEY_DELAY);
            refuse(exchange, 401, "This takes the operators' key in x-api-key.");
        } finally {
            wrongKeys.release();
        }
    }

    /** All messages are constants without characters that JSON escapes. */
    private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
        byte[] body = "{\"error\":{\"message\":\"%s\"}}\n".formatted(message).getBytes(UTF_8);
        send(exchange, status, "application/json", body);
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("content-type", type);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
