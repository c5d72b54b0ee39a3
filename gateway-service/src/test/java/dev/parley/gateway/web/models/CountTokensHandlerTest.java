package dev.parley.gateway.web.models;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.price.Prices;
import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.claude.TokenCounter;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.limits.SharedLedger;
import dev.parley.gateway.limits.TestLedgers;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.WebSettings;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.ErrorResponses;
import dev.parley.gateway.web.response.KeyGuessSettings;
import dev.parley.gateway.web.response.KeyGuessThrottle;
import dev.parley.testing.Events;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.scheduler.Schedulers;

class CountTokensHandlerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final DataSize SIZE = DataSize.ofKilobytes(1);
    private static final int COUNTS_PER_MINUTE = 2;

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch answering = new CountDownLatch(1);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ErrorResponses errors = new ErrorResponses(
            new KeyGuessThrottle(new KeyGuessSettings(20, LONG, 200, 10), System::nanoTime),
            registry,
            Clock.systemUTC());
    private HttpServer claude;
    private volatile int claudesStatus = 200;

    private final SharedLedger ledger = TestLedgers.shared(TestLedgers.local());

    @BeforeEach
    void start() throws IOException {
        claude = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        claude.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        claude.createContext("/", exchange -> {
            calls.incrementAndGet();
            try {
                boolean _ = answering.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(claudesStatus, -1);
            exchange.close();
        });
        claude.start();
    }

    @AfterEach
    void stop() {
        ledger.close();
        answering.countDown();
        claude.stop(0);
        client.close();
    }

    @Test
    void boundsConcurrentCalls() {
        CountTokensHandler handler = handler(() -> "key");
        var first = handler.count(request("a")).toFuture();
        await().until(() -> calls.get() == 1);
        assertRefused(529, () -> handler.count(request("b")).block(LONG));
        answering.countDown();
        assertThat(first).succeedsWithin(LONG);
        assertThat(handler.count(request("b")).block(LONG)).isNotNull();
        assertThat(calls).hasValue(2);
    }

    /** The alert ParleyGenerationsRefused is about full pools. */
    @Test
    void aRefusalByClaudeIsNotOneOfTheGateway() {
        claudesStatus = 529;
        CountTokensHandler handler = handler(() -> "key");
        var first = handler.count(request("a")).toFuture();
        await().until(() -> calls.get() == 1);
        respond(assertRefused(529, () -> handler.count(request("b")).block(LONG)));
        assertThat(refusals()).isEqualTo(1);
        answering.countDown();
        assertThat(first).failsWithin(LONG);
        respond(assertRefused(529, () -> handler.count(request("b")).block(LONG)));
        assertThat(calls).hasValue(2);
        assertThat(refusals()).isEqualTo(1);
    }

    private void respond(ApiErrorException failure) {
        errors.handle(request("a").exchange(), failure).block(LONG);
    }

    private double refusals() {
        return registry.get("parley.gateway.refusals")
                .tags("resource", "messages", "type", "overloaded_error")
                .counter()
                .count();
    }

    @Test
    void doesNotCountForAModelThatTheKeyMayNotUse() {
        answering.countDown();
        CountTokensHandler handler = handler(() -> "key");
        assertRefused(
                404,
                () -> handler.count(request("haiku-only", "{\"model\":\"claude-opus-5-5\"}"))
                        .block(LONG));
        assertThat(calls).hasValue(0);
        assertThat(handler.count(request("haiku-only", "{\"model\":\"claude-haiku-5-5\"}"))
                        .block(LONG))
                .isNotNull();
    }

    /** Counting costs nothing. */
    @Test
    void countsForAModelWithoutAPriceForAKeyWithABudget() {
        answering.countDown();
        assertThat(handler(() -> "key")
                        .count(request("budgeted", "{\"model\":\"unheard-of\"}"))
                        .block(LONG))
                .isNotNull();
        assertThat(calls).hasValue(1);
    }

    /** Claude counts for the operator's key, whose rate all tenants share. */
    @Test
    void boundsTheCallsOfATenantInAMinute() {
        answering.countDown();
        CountTokensHandler handler = handler(() -> "key");
        for (int i = 0; i < COUNTS_PER_MINUTE; i++) {
            assertThat(handler.count(request("acme-web")).block(LONG)).isNotNull();
        }
        assertThat(assertRefused(429, () -> handler.count(request("acme-phone")).block(LONG))
                        .response()
                        .retryAfter())
                .isEqualTo("61");
        assertThat(handler.count(request("other-web")).block(LONG)).isNotNull();
        assertThat(calls).hasValue(COUNTS_PER_MINUTE + 1);
    }

    /** The body has to be searched for the model, which would block an event loop. */
    @Test
    void readsTheBodyOnAWorker() {
        answering.countDown();
        AtomicReference<Thread> calling = new AtomicReference<>();
        CountTokensHandler handler = handler(() -> {
            calling.set(Thread.currentThread());
            return "key";
        });
        assertThat(handler.count(request("a")).block(LONG)).isNotNull();
        assertThat(calling.get()).isNotNull().isNotSameAs(Thread.currentThread());
    }

    private CountTokensHandler handler(Supplier<String> key) {
        URI base = URI.create("http://127.0.0.1:" + claude.getAddress().getPort());
        ClaudeSettings settings = new ClaudeSettings(base, "key", Path.of("none"), LONG, LONG, 1, COUNTS_PER_MINUTE);
        return new CountTokensHandler(
                new CallerRequests(
                        new Authentication(name -> new KeyLookup.Valid(caller(name))),
                        new RequestBodies(
                                new WebSettings(SIZE, LONG, 10, SIZE, SIZE),
                                new ConnectionSettings(10, LONG, LONG, SIZE)),
                        Schedulers.boundedElastic()),
                new TokenCounter(client, settings, key, new SimpleMeterRegistry()),
                new LimitCheck(ledger, new Prices(List.of()), new ModelAliases(List.of()), Clock.systemUTC()),
                new ModelAliases(List.of()),
                settings,
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }

    private static Caller caller(String name) {
        return switch (name) {
            case "haiku-only" -> caller(name, Events.limits(limits -> limits.models = List.of("claude-haiku")));
            case "budgeted" -> caller(name, Events.limits(limits -> limits.usdPerDay = Optional.of(BigDecimal.ONE)));
            default -> new Caller(new TenantId(name.split("-", -1)[0]), name, OnDisconnect.GRACE, Set.of());
        };
    }

    private static Caller caller(String name, KeyLimits limits) {
        return new Caller(
                new TenantId("acme"),
                name,
                OnDisconnect.GRACE,
                Optional.empty(),
                limits,
                Set.of(),
                SimilarMode.OFF,
                Optional.empty());
    }

    private static ServerRequest request(String key) {
        return request(key, "{}");
    }

    private static ServerRequest request(String key, String body) {
        return ServerRequest.create(
                MockServerWebExchange.from(MockServerHttpRequest.post("/v1/messages/count_tokens")
                        .header("x-api-key", key)
                        .body(body)),
                List.of());
    }
}
