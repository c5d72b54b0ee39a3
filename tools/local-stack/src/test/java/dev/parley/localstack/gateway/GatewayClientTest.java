package dev.parley.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GatewayClientTest {
    private static final String ANSWER = """
            event: content_block_delta
            data: {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Be"}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "cause."}}

            """;
    private static final String STOP = """
            event: message_stop
            data: {"type": "message_stop"}

            """;

    private HttpServer server;
    private String requestBody = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void passesOnTheTextAndTheIds() throws Exception {
        serve("/v1/messages", 200, ANSWER + STOP);
        List<String> pieces = new ArrayList<>();
        ReceivedAnswer answer = ask(pieces);
        assertThat(answer.text()).isEqualTo("Because.");
        assertThat(answer.generation()).isEqualTo("gen_1");
        assertThat(answer.conversation()).isEqualTo("conv_1");
        assertThat(answer.cache()).isEqualTo("miss");
        assertThat(answer.wholeMillis()).isGreaterThanOrEqualTo(answer.firstTextMillis());
        assertThat(pieces).containsExactly("Be", "cause.");
        assertThat(requestBody).contains("\"Why?\"", "\"stream\":true", "\"claude-opus-5-5\"");
    }

    @Test
    void findsTheFirstModelOfTheGateway() throws Exception {
        serve("/v1/models", 200, "{\"data\":[{\"id\":\"claude-a\"},{\"id\":\"claude-b\"}]}");
        try (GatewayClient client = client()) {
            assertThat(client.firstModel()).isEqualTo("claude-a");
        }
    }

    @Test
    void reportsAGatewayWithoutModels() {
        serve("/v1/models", 200, "{\"data\":[]}");
        try (GatewayClient client = client()) {
            assertThatThrownBy(client::firstModel)
                    .isInstanceOf(GatewayException.class)
                    .hasMessage("The gateway lists no model for this key. Name one with --model.");
        }
    }

    @Test
    void reportsAnIncompleteAnswer() throws Exception {
        serve("/v1/messages", 200, ANSWER);
        assertThatThrownBy(this::ask)
                .isInstanceOf(GatewayException.class)
                .hasMessage("The answer ended without its last event.");
    }

    @Test
    void reportsWhyAnAnswerBrokeOff() throws Exception {
        serve("/v1/messages", 200, ANSWER + """
                event: error
                data: {"type": "error", "error": {"type": "overloaded_error", "message": "Too busy."}}

                """);
        assertThatThrownBy(this::ask)
                .isInstanceOf(GatewayException.class)
                .hasMessage("The answer broke off: overloaded_error: Too busy.");
    }

    @Test
    void reportsWhyTheGatewayRefuses() throws Exception {
        serve("/v1/messages", 401, """
                {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}""");
        assertThatThrownBy(this::ask)
                .isInstanceOf(GatewayException.class)
                .hasMessage("The gateway refuses with status 401: authentication_error: invalid x-api-key.");
    }

    @Test
    void reportsThatNoGatewayAnswers() throws Exception {
        server.stop(0);
        assertThatThrownBy(this::ask)
                .isInstanceOf(GatewayException.class)
                .hasMessageStartingWith("No gateway answers at http://127.0.0.1:");
    }

    @Test
    void tellsAServerThatBreaksOffFromNone() {
        server.createContext("/v1/models", HttpExchange::close);
        try (GatewayClient client = client()) {
            assertThatThrownBy(client::firstModel)
                    .isInstanceOf(GatewayException.class)
                    .hasMessageStartingWith("The request to the gateway at http://127.0.0.1:")
                    .hasMessageContaining("has failed: ")
                    .hasMessageNotContaining("./parley up");
        }
    }

    /** A wrong scheme; a certificate that is not trusted is another failure of TLS. */
    @Test
    void tellsAServerWithoutTlsFromNone() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GatewayClient client =
                        new GatewayClient(URI.create("https://127.0.0.1:" + plain.getLocalPort()), "parley-local")) {
            Thread.ofVirtual().start(() -> {
                try (Socket connection = plain.accept()) {
                    // As a server of HTTP does. The JDK's client sometimes waits in vain after a reply before its own
                    // first bytes.
                    assertThat(connection.getInputStream().read()).isNotNegative();
                    connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                    connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client has closed the connection, or the test has ended.
                }
            });
            assertThatThrownBy(client::firstModel)
                    .isInstanceOf(GatewayException.class)
                    .hasMessageStartingWith("The request to the gateway at https://127.0.0.1:")
                    .hasMessageContaining("SSL");
        }
    }

    @Test
    void findsTheTurnAmongTheNewest() throws Exception {
        serve("/v1/messages", 200, ANSWER + STOP);
        server.createContext("/v1/conversations/conv_1", exchange -> {
            boolean newest = exchange.getRequestURI().getQuery().contains("order=desc");
            answer(exchange, newest ? 200 : 400, """
                    {"turns": [{"generation": "gen_2"}, {"generation": "gen_1", "model": "claude-opus-5-5",
                      "usage": {"input_tokens": 9, "output_tokens": 11},
                      "timings": {"session_ms": 2.0, "cache_ms": 1.5, "queue_ms": 0.5, "claude_first_token_ms": 450,
                        "claude_ms": 700.25, "total_ms": 704.25},
                      "ended_at": "2026-11-24T10:00:00Z", "stored_at": "2026-11-24T10:00:00.012Z"}]}""");
        });
        try (GatewayClient client = client()) {
            ReceivedAnswer answer = ask(client, new ArrayList<>());
            assertThat(client.stored(answer, Duration.ZERO)
                            .orElseThrow()
                            .at("/timings/claude_ms")
                            .asDouble())
                    .isEqualTo(700.25);
        }
    }

    @Test
    void givesUpOnATurnThatIsNotStored() throws Exception {
        serve("/v1/messages", 200, ANSWER + STOP);
        serve("/v1/conversations/conv_1", 404, "{}");
        try (GatewayClient client = client()) {
            ReceivedAnswer answer = ask(client, new ArrayList<>());
            assertThat(client.stored(answer, Duration.ofMillis(120))).isEmpty();
        }
    }

    /** Its response comes only when the whole answer is published. The server, which has one thread, answers no question meanwhile. */
    @Test
    void awaitsAPublicationForLongerThanTheBeginningOfAnAnswer() throws Exception {
        try (GatewayClient client = new GatewayClient(address(), "parley-local", Duration.ofMillis(50))) {
            server.createContext("/v1/collections/help/questions/why", exchange -> {
                try (exchange) {
                    assertThatThrownBy(() -> ask(client, new ArrayList<>()))
                            .isInstanceOf(GatewayException.class)
                            .hasMessageContaining("timed out");
                    answer(exchange, 200, "{\"version\": 1}");
                }
            });
            assertThat(client.publish("help", "why", "Why?", "claude-opus-5-5")
                            .path("version")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    private ReceivedAnswer ask() {
        return ask(new ArrayList<>());
    }

    private ReceivedAnswer ask(List<String> pieces) {
        try (GatewayClient client = client()) {
            return ask(client, pieces);
        }
    }

    private static ReceivedAnswer ask(GatewayClient client, List<String> pieces) {
        return client.ask("Why?", "claude-opus-5-5", Optional.of("conv_1"), pieces::add);
    }

    private GatewayClient client() {
        return new GatewayClient(address(), "parley-local");
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(String path, int status, String body) {
        server.createContext(path, exchange -> {
            requestBody = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            answer(exchange, status, body);
        });
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().add("x-parley-generation", "gen_1");
        exchange.getResponseHeaders().add("x-parley-conversation", "conv_1");
        exchange.getResponseHeaders().add("x-parley-cache", "miss");
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
