package dev.parley.gateway.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.gateway.claude.TokenCounter.Reply;
import dev.parley.messages.ApiError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

class TokenCounterTest {
    private static final byte[] REQUEST = "{\"messages\":[]}".getBytes(UTF_8);

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch answering = new CountDownLatch(1);
    private HttpServer claude;
    private volatile int status = 200;
    private volatile String shouldRetry = "true";
    private volatile String reply = "{\"input_tokens\":7}";
    private volatile String received = "";
    private volatile String key = "key";
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void start() throws IOException {
        claude = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        claude.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        claude.createContext("/base/v1/messages/count_tokens", exchange -> {
            var headers = exchange.getRequestHeaders();
            received = headers.getFirst("x-api-key") + " " + headers.getFirst("anthropic-version") + " "
                    + headers.getFirst("anthropic-beta") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (status == 0) {
                awaitAnswering();
                status = 200;
            }
            exchange.getResponseHeaders().set("request-id", "req_1");
            exchange.getResponseHeaders().set("retry-after", "3");
            exchange.getResponseHeaders().set("x-should-retry", shouldRetry);
            exchange.sendResponseHeaders(status, 0);
            try (var body = exchange.getResponseBody()) {
                body.write(reply.getBytes(UTF_8));
            }
        });
        claude.start();
    }

    private void awaitAnswering() {
        try {
            answering.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        answering.countDown();
        claude.stop(0);
        client.close();
    }

    @Test
    void forwardsTheRequestAndTheReply() {
        assertThat(count(counter(Duration.ofSeconds(5)), "b1")).isInstanceOfSatisfying(Reply.Counted.class, counted -> {
            assertThat(new String(counted.body(), UTF_8)).isEqualTo("{\"input_tokens\":7}");
            assertThat(counted.requestId()).isEqualTo("req_1");
        });
        assertThat(received).isEqualTo("key 2023-06-01 b1 {\"messages\":[]}");
    }

    @Test
    void sendsTheKeyThatIsValidNow() {
        TokenCounter counter = counter(Duration.ofSeconds(5));
        Reply _ = count(counter, "b1");
        key = "next";
        Reply _ = count(counter, "b1");
        assertThat(received).startsWith("next ");
    }

    @Test
    void forwardsErrorsOfClaude() {
        status = 429;
        reply = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}";
        assertThat(count(counter(Duration.ofSeconds(5)), "")).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.error().status()).isEqualTo(429);
            assertThat(refused.error().message()).isEqualTo("Slow down");
            assertThat(refused.retryAfter()).isEqualTo("3");
            assertThat(refused.noRetry()).isFalse();
        });
    }

    @Test
    void forbidsARetryIfClaudeDoes() {
        status = 500;
        shouldRetry = "false";
        assertThat(count(counter(Duration.ofSeconds(5)), ""))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.noRetry()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aRefusalOfTheOperatorsKeyIsNoRefusalOfTheClients(int refusal) {
        status = refusal;
        reply = "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}";
        assertThat(count(counter(Duration.ofSeconds(5)), ""))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.error())
                                .isEqualTo(new ApiError(
                                        502, "api_error", "The gateway's credentials were not accepted by Claude.")));
        assertThat(registry.counter("parley.claude.credentials.refused", "status", Integer.toString(refusal))
                        .count())
                .isOne();
    }

    @Test
    void respondsWithTimeoutIfClaudeIsTooSlow() {
        status = 0;
        assertThat(status(count(counter(Duration.ofMillis(200)), ""))).isEqualTo(504);
    }

    @Test
    void respondsWithUnavailableIfClaudeCannotBeReached() {
        TokenCounter counter = counter(Duration.ofSeconds(5));
        claude.stop(0);
        assertThat(status(count(counter, ""))).isEqualTo(503);
    }

    @Test
    void rejectsAnInvalidHeaderValue() {
        assertThat(status(count(counter(Duration.ofSeconds(5)), "a\nb"))).isEqualTo(400);
    }

    @Test
    void aCancelledCallIsAborted() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Disposable call = counter(server.getLocalPort(), Duration.ofMinutes(1))
                    .count("2023-06-01", "", REQUEST)
                    .subscribe();
            try (Socket connection = server.accept()) {
                connection.setSoTimeout(10_000);
                assertThat(connection.getInputStream().read()).isEqualTo('P');
                call.dispose();
                // Fails if the client does not close the connection.
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private TokenCounter counter(Duration callTimeout) {
        return counter(claude.getAddress().getPort(), callTimeout);
    }

    private TokenCounter counter(int port, Duration callTimeout) {
        URI base = URI.create("http://127.0.0.1:" + port + "/base/");
        return new TokenCounter(
                client,
                new ClaudeSettings(base, "none", Path.of("none"), Duration.ofSeconds(1), callTimeout, 1, 1),
                () -> key,
                registry);
    }

    private static Reply count(TokenCounter counter, String beta) {
        return counter.count("2023-06-01", beta, REQUEST)
                .blockOptional(Duration.ofSeconds(10))
                .orElseThrow();
    }

    private static int status(Reply reply) {
        return ((Reply.Refused) reply).error().status();
    }
}
