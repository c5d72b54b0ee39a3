package dev.parley.inference.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.Claude.Response.Refused;
import dev.parley.messages.ApiError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpClaudeTest {
    private volatile int status;
    private volatile String type = "";
    private volatile String details = "";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/messages", exchange -> {
            byte[] body = ("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"Claude's words\""
                            + details + "}}")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"401, authentication_error", "403, permission_error"})
    void aRefusalOfTheOperatorsKeyIsNoRefusalOfTheClients(int refusal, String itsType) throws Exception {
        status = refusal;
        type = itsType;
        Refused refused = ask();
        assertThat(refused.error())
                .isEqualTo(new ApiError(502, "api_error", "The gateway's credentials were not accepted by Claude."));
        // Not retried, and counted.
        assertThat(refused.status()).isEqualTo(refusal);
    }

    @Test
    void forwardsOtherErrors() throws Exception {
        status = 404;
        type = "not_found_error";
        assertThat(ask().error()).isEqualTo(new ApiError(404, "not_found_error", "Claude's words"));
    }

    @Test
    void forwardsDetailsFromWhichSdksRecover() throws Exception {
        status = 404;
        type = "not_found_error";
        details = ",\"details\":{\"error_code\":\"thread_not_found\"}";
        assertThat(new String(ask().error().body("gen_1"), UTF_8))
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"Claude's words\","
                        + "\"details\":{\"error_code\":\"thread_not_found\"}},\"request_id\":\"gen_1\"}");
    }

    @Test
    void aRedirectIsABadGateway() throws Exception {
        status = 302;
        assertThat(ask().error().status()).isEqualTo(502);
    }

    private Refused ask() throws Exception {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        BreakerSettings breaker = new BreakerSettings(100, 50, 90, Duration.ofSeconds(5), 5);
        try (HttpClient client = HttpClient.newHttpClient();
                HttpClaude claude = new HttpClaude(
                        () -> client,
                        new ClaudeSettings(
                                base, "wrong", Duration.ofSeconds(5), Duration.ofSeconds(20), 80, breaker))) {
            return (Refused) claude.ask(new Claude.Call("claude-x", "2023-06-01", "", "{}".getBytes(UTF_8)))
                    .get(10, TimeUnit.SECONDS);
        }
    }
}
