package dev.parley.experiment.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.contracts.event.Usage;
import dev.parley.experiment.trial.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ClaudeClientTest {
    private static final String STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"type":"message","role":"assistant","model":"claude-x","content":[],"usage":{"input_tokens":5,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Yes."}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private record Response(int status, String body) {}

    private final List<Response> script = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server = server();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server.createContext("/v1/messages", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("x-api-key"));
            Response response = script.get(Math.min(script.size(), keys.size()) - 1);
            byte[] body = response.body().getBytes(UTF_8);
            exchange.getResponseHeaders().add("retry-after", "0");
            exchange.sendResponseHeaders(response.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private Reply ask() throws InterruptedException {
        return ask("", Duration.ofMinutes(1));
    }

    private Reply ask(String path, Duration timeout) throws InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        try (ClaudeClient client = new ClaudeClient(address, "secret", ClaudeClient.PATIENT, timeout)) {
            return client.ask(JsonMapper.shared().createObjectNode().put("model", "claude-x"));
        }
    }

    @Test
    void readsAMessage() throws Exception {
        script.add(new Response(200, STREAM));

        assertThat(ask()).isInstanceOfSatisfying(Reply.Answered.class, answer -> {
            assertThat(answer.message().at("/content/0/text").stringValue()).isEqualTo("Yes.");
            assertThat(answer.usage()).isEqualTo(new Usage(5, 3, 0, 0));
            assertThat(answer.firstTokenMs()).isPresent();
            assertThat(answer.stopReason()).isEqualTo("end_turn");
        });
        assertThat(keys).containsExactly("secret");
    }

    @Test
    void repeatsARefusedCall() throws Exception {
        script.add(new Response(
                529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"));
        script.add(new Response(200, STREAM));

        assertThat(ask()).isInstanceOf(Reply.Answered.class);
        assertThat(keys).hasSize(2);
    }

    @Test
    void givesUpAfterFourCalls() throws Exception {
        script.add(new Response(503, "unavailable"));

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
        assertThat(keys).hasSize(4);
    }

    @Test
    void doesNotRepeatAnAnswerThatBroke() throws Exception {
        script.add(new Response(200, STREAM.substring(0, STREAM.indexOf("event: message_delta"))));

        assertThat(ask()).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.billed()).isTrue();
            assertThat(refused.reason()).contains("ended too early");
        });
        assertThat(keys).hasSize(1);
    }

    /** Claude may have billed its input. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void doesNotRepeatACallThatItClosedWithoutAnAnswer(boolean headersSent) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        server.createContext("/silent", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("x-api-key"));
            if (headersSent) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
            }
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(ask("/silent", Duration.ofSeconds(1)))
                .isEqualTo(new Reply.Refused(0, "no complete answer within 1 s", true));
        assertThat(keys).hasSize(1);
        closed.countDown();
    }

    @Test
    void anInvalidRequestIsNotRepeated() throws Exception {
        script.add(new Response(
                400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}"));

        assertThat(ask()).isEqualTo(new Reply.Refused(400, "400 invalid_request_error: no", false));
        assertThat(keys).hasSize(1);
    }
}
