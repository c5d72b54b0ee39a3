package dev.parley.experiment.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.experiment.mirror.MirrorRun.Counts;
import dev.parley.experiment.mirror.MirrorRun.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts what a mirror does, and serves it to Prometheus at {@code /metrics}. */
public final class MirrorMetrics implements AutoCloseable {
    private static final String PATH = "/metrics";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int BACKLOG = 10;

    static {
        // Bounds of the JDK's server, in connections and in seconds: there are none by default.
        System.setProperty("jdk.httpserver.maxConnections", "50");
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Supplier<Counts> counts;

    /** Unbound until {@link #serve}. */
    private final HttpServer server;

    /**
     * Of a run.
     *
     * @param keys the number of mirrored keys
     * @param waiting turns on the log that it has not read
     */
    public MirrorMetrics(Supplier<Counts> counts, IntSupplier keys, LongSupplier waiting) throws IOException {
        this.counts = counts;
        this.server = HttpServer.create();
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder(
                            "parley.mirror.turns", counts, now -> now.get().of(outcome))
                    .description("Turns that were to be mirrored")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        dollars("parley.mirror.spent.usd", "What trials that began today cost, by UTC", Counts::spentToday);
        dollars("parley.mirror.budget.left.usd", "What mirrored keys may still spend today", Counts::leftToday);
        // Strong references: a gauge of an object and a function refers to the object weakly.
        Gauge.builder("parley.mirror.keys", keys::getAsInt)
                .description("Keys with a mirror")
                .register(registry);
        Gauge.builder("parley.mirror.lag", waiting::getAsLong)
                .description("Records of chat.turns that the mirror has not read")
                .register(registry);
    }

    private void dollars(String name, String description, Function<Counts, BigDecimal> amount) {
        Gauge.builder(name, counts, now -> amount.apply(now.get()).doubleValue())
                .description(description)
                .register(registry);
    }

    /** Serves them until it is closed. Returns the port, which the system chooses if it is 0. */
    public int serve(InetSocketAddress address) throws IOException {
        try {
            server.bind(address, BACKLOG);
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException("cannot listen on " + address + ": " + e, e);
        }
        server.setExecutor(threads);
        server.createContext(PATH, this::handle);
        server.start();
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")
                    || !exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = registry.scrape().getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", TEXT);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        registry.close();
    }
}
