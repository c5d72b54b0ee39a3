package dev.parley.benchmarks.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a server that is a gateway and the simulated Claude at once. */
class CancelProbeTest {
    private static final String KEY = "secret";

    private final AtomicInteger closed = new AtomicInteger();
    /** How often the counters are read after a cancel until the call is closed. */
    private int readsUntilClosed;

    private int status = 202;
    private final AtomicInteger reads = new AtomicInteger(-1);
    private final HttpServer server;

    CancelProbeTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/v1/generations/", exchange -> {
            assertThat(exchange.getRequestMethod()).isEqualTo("DELETE");
            assertThat(exchange.getRequestHeaders().getFirst("x-api-key")).isEqualTo(KEY);
            if (status == 202) {
                reads.set(0);
            }
            respond(exchange, status, "{\"error\":\"no\"}");
        });
        server.createContext("/simulator/counters", exchange -> {
            if (reads.get() >= 0 && reads.incrementAndGet() > readsUntilClosed) {
                closed.incrementAndGet();
                reads.set(-1);
            }
            respond(exchange, 200, "{\"cancelled\":" + closed + "}");
        });
        server.start();
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private CancelProbe probe(Duration closedWithin) {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new CancelProbe(address, KEY, address, closedWithin);
    }

    @Test
    void waitsUntilTheCallIsClosed() {
        readsUntilClosed = 3;
        try (CancelProbe probe = probe(Duration.ofSeconds(20))) {
            assertThat(probe.cancel("one")).isPositive();
            assertThat(probe.cancel("two")).isPositive();
        }
        assertThat(closed).hasValue(2);
    }

    @Test
    void failsIfTheCallRemainsOpen() {
        readsUntilClosed = Integer.MAX_VALUE;
        try (CancelProbe probe = probe(Duration.ofMillis(50))) {
            assertThatThrownBy(() -> probe.cancel("one")).hasMessageContaining("is open after");
        }
    }

    @Test
    void tellsWhyACancelIsRefused() {
        status = 404;
        try (CancelProbe probe = probe(Duration.ofMillis(50))) {
            assertThatThrownBy(() -> probe.cancel("one"))
                    .hasMessageContaining("404")
                    .hasMessageContaining("no");
        }
    }
}
