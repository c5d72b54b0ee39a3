package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Chat Completions API of the gateway with a real log; the test takes the place of inference-service. */
class ChatCompletionsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATH = "/v1/chat/completions";
    private static final String START =
            "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-x\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}";
    private static final String BLOCK =
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}";
    private static final String HELLO =
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}";
    private static final String STOP = "{\"type\":\"content_block_stop\",\"index\":0}";
    private static final String END =
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}";
    private static final String OVER = "{\"type\":\"message_stop\"}";

    private static final LocalKafka KAFKA = LocalKafka.shared();

    private static RunningGateway gateway;
    private static Producer<String, byte[]> producer;
    private static RequestLog requests;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(
                KAFKA.bootstrapServers(),
                "--parley.gateway.cross-origin.origins=https://chat.example.com,http://127.0.0.1:3210");
        producer = KAFKA.producer();
        requests = new RequestLog(KAFKA.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        requests.close();
        producer.close();
        gateway.close();
    }

    /** A request that was sent, and its response. */
    private record SentRequest(ChatRequested event, CompletableFuture<HttpResponse<String>> response) {
        AnswerLog log() {
            return new AnswerLog(producer, event.generation());
        }

        HttpResponse<String> answer() throws Exception {
            return response.get(20, TimeUnit.SECONDS);
        }
    }

    private static SentRequest send(String more, String... headers) {
        String conversation = UUID.randomUUID().toString();
        HttpRequest.Builder request = chat(body(more)).header("X-OpenWebUI-Chat-Id", conversation);
        if (headers.length > 0) {
            request.headers(headers);
        }
        var response = gateway.begin(request);
        return new SentRequest(requests.of(conversation), response);
    }

    private static String body(String more) {
        return "{\"model\":\"claude-x\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    }

    private static HttpRequest.Builder chat(String body) {
        return gateway.request(PATH).POST(BodyPublishers.ofString(body));
    }

    @Test
    void permitsRequestsFromAllowedOrigins() throws Exception {
        var preflight = gateway.text(gateway.request(PATH)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "http://127.0.0.1:3210")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type"));
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                .hasValue("http://127.0.0.1:3210");
        assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                .hasValue("authorization, content-type");

        var refused =
                gateway.text(chat("{}").setHeader("x-api-key", "wrong").header("Origin", "https://chat.example.com"));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("access-control-allow-origin")).hasValue("https://chat.example.com");
        assertThat(refused.headers().allValues("access-control-expose-headers")).containsExactly("*");
    }

    @Test
    void sendsNoCorsHeadersToOtherOrigins() throws Exception {
        var preflight = gateway.text(gateway.request(PATH)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://other.example.com")
                .header("Access-Control-Request-Method", "POST"));
        assertThat(preflight.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        var models = gateway.text(gateway.request("/v1/models").header("Origin", "https://other.example.com"));
        assertThat(models.statusCode()).isEqualTo(200);
        assertThat(models.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    @Test
    void respondsWithAnErrorToAnIncompleteAnswer() throws Exception {
        SentRequest sent = send("");
        var _ = sent.log().events(true, START, BLOCK, HELLO, STOP);
        assertThat(sent.answer().statusCode()).isEqualTo(500);
        assertThat(sent.answer().body())
                .contains("The answer ended before it was whole.")
                .doesNotContain("Hello");
    }

    @Test
    void publishesTheRequestInTheFormatOfTheMessagesApi() throws Exception {
        SentRequest sent = send(",\"user\":\"ada\",\"stream\":false");
        assertThat(JSON.readTree(sent.event().request())).isEqualTo(JSON.readTree("""
                {"model":"claude-x","max_tokens":8192,"stream":true,"messages":[{"role":"user","content":"hi"}],
                 "metadata":{"user_id":"%s"}}""".formatted(Sha256.of("ada"))));
        assertThat(sent.event().user()).isEqualTo("ada");
        assertThat(sent.event().streaming()).isFalse();
        assertThat(sent.event().generation().format()).isEqualTo(AnswerFormat.CHAT_COMPLETIONS);
        sent.log().events(true, START, OVER);
        assertThat(sent.answer().statusCode()).isEqualTo(200);
    }

    @Test
    void respondsWithACompletion() throws Exception {
        SentRequest sent = send("");
        sent.log().events(false, START, BLOCK, HELLO).events(true, STOP, END, OVER);
        var response = sent.answer();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map())
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("x-request-id", List.of(sent.event().generation().value()))
                .containsEntry("x-parley-cache", List.of("miss"));
        JsonNode completion = JSON.readTree(response.body());
        assertThat(completion.path("object").stringValue("")).isEqualTo("chat.completion");
        assertThat(completion.at("/choices/0/message/content").stringValue("")).isEqualTo("Hello");
        assertThat(completion.at("/choices/0/finish_reason").stringValue("")).isEqualTo("stop");
        assertThat(completion.at("/usage/total_tokens").intValue()).isEqualTo(5);
    }

    @Test
    void streamsChunksAndResumesAfterAnyOfThem() throws Exception {
        SentRequest sent =
                send(",\"stream\":true,\"stream_options\":{\"include_usage\":true}", "x-parley-event-ids", "on");
        sent.log()
                .events(false, START, BLOCK, HELLO)
                .events(false, "{\"type\":\"ping\"}")
                .events(true, STOP, END, OVER);
        String whole = sent.answer().body();
        assertThat(sent.answer().headers().firstValue("content-type")).hasValue("text/event-stream;charset=utf-8");
        assertThat(whole)
                .endsWith("data: [DONE]\n\n")
                .contains("\"content\":\"Hello\"", "\n: keep-alive\nid: ", "\"usage\":{");

        String path = "/v1/generations/" + sent.event().generation() + "/events";
        assertThat(gateway.text(gateway.request(path)).body()).isEqualTo(whole);
        for (String id : whole.lines().filter(line -> line.startsWith("id: ")).toList()) {
            String rest = whole.substring(whole.indexOf("\n\n", whole.indexOf(id)) + 2);
            assertThat(gateway.text(gateway.request(path).header("Last-Event-ID", id.substring(4)))
                            .body())
                    .isEqualTo(rest);
        }
        assertThat(gateway.text(gateway.request(path + "?format=messages")).body())
                .endsWith("data: " + OVER + "\n\n")
                .contains("data: " + HELLO)
                .doesNotContain("DONE");
    }

    /** Dify's blocks begin with data, and all others are lost. */
    @Test
    void writesNothingButDataUnlessEventIdsAreRequested() throws Exception {
        SentRequest sent = send(",\"stream\":true");
        sent.log()
                .events(false, START, BLOCK, HELLO)
                .events(false, "{\"type\":\"ping\"}")
                .events(true, HELLO, STOP, END, OVER);
        assertThat(sent.answer().body().split("\n\n"))
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(block -> assertThat(block).startsWith("data: ").doesNotContain("\n"))
                .endsWith("data: [DONE]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "off", "true"})
    void rejectsAnotherValueForEventIds(String value) throws Exception {
        var response = gateway.begin(chat(body(",\"stream\":true")).header("x-parley-event-ids", value))
                .get(20, TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/error/message").stringValue(""))
                .isEqualTo("x-parley-event-ids: Input should be 'on'");
    }

    @Test
    void translatesAStoredAnswerToTheRequestedFormat() throws Exception {
        AnswerLog log = send("").log().events(false, START, BLOCK, HELLO).events(true, STOP, END, OVER);
        String path = "/v1/generations/" + log.generation() + "/events?format=";
        assertThat(gateway.text(gateway.request(path + "chat_completions")).body())
                .endsWith("data: [DONE]\n\n");
        assertThat(gateway.text(gateway.request(path + "csv")).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void returnsTheStatusOfClaudeInTheErrorFormatOfOpenAi(boolean streaming) throws Exception {
        SentRequest sent = send(",\"stream\":" + streaming);
        sent.log()
                .failed(
                        429,
                        "7",
                        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}");
        assertThat(sent.answer().statusCode()).isEqualTo(429);
        assertThat(sent.answer().headers().firstValue("retry-after")).hasValue("7");
        String error =
                "{\"error\":{\"message\":\"Slow down\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}";
        assertThat(sent.answer().body()).isEqualTo(error);
        assertThat(gateway.text(gateway.request(
                                "/v1/generations/" + sent.event().generation() + "/events"))
                        .body())
                .isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({
        "529, overloaded_error, 503, server_error, '\"overloaded\"'",
        "499, invalid_request_error, 499, invalid_request_error, null",
        "503, api_error, 503, server_error, null",
    })
    void endsAnIncompleteAnswerWithoutDone(int status, String claudeType, int shown, String type, String code)
            throws Exception {
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        Counter failedStreams = meters.get("parley.gateway.answers.failed").counter();
        Counter failedResponses = meters.get("parley.gateway.responses")
                .tags("uri", PATH, "failed", "true")
                .counter();
        double streams = failedStreams.count();
        double responses = failedResponses.count();
        String failure = "{\"error\":{\"type\":\"%s\",\"message\":\"Over\"}}".formatted(claudeType);
        String error =
                "{\"error\":{\"message\":\"Over\",\"type\":\"%s\",\"param\":null,\"code\":%s}}".formatted(type, code);
        try (RawClient streaming = new RawClient(gateway.port())) {
            beginStream(streaming, "HTTP/1.1", "")
                    .events(false, START, BLOCK, HELLO)
                    .failed(status, "", failure);
            assertThat(streaming.rest())
                    .contains("Hello", "\ndata: " + error + "\n\n")
                    .doesNotContain("[DONE]", "event: ");
        }
        SentRequest whole = send("");
        whole.log().events(false, START, BLOCK, HELLO).failed(status, "", failure);
        assertThat(whole.answer().statusCode()).isEqualTo(shown);
        assertThat(whole.answer().body()).isEqualTo(error);
        await().until(() -> failedStreams.count() == streams + 1);
        assertThat(failedResponses.count()).isEqualTo(responses + (status < 500 ? 0 : 1));
    }

    /** Some clients take an error for a chunk without text, and a regular end for that of the answer. */
    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, '', true",
        "HTTP/1.1, connection: close, true",
        "HTTP/1.1, '', false",
        "HTTP/1.0, connection: keep-alive, true"
    })
    void anIncompleteAnswerBreaksTheConnection(String version, String header, boolean withError) throws Exception {
        OpenAnswers open = gateway.bean(OpenAnswers.class);
        await().until(() -> open.size() == 0);
        try (RawClient client = new RawClient(gateway.port())) {
            AnswerLog log = beginStream(client, version, header).events(false, START, BLOCK, HELLO);
            if (withError) {
                log.failed(500, "", "{\"error\":{\"type\":\"api_error\",\"message\":\"Over\"}}");
            } else {
                log.events(true, STOP);
            }
            assertThat(client.rest())
                    .contains("\ndata: {\"error\":{\"message\":\"")
                    .endsWith("\"code\":null}}\n\n" + (version.equals("HTTP/1.1") ? "\r\n" : ""));
            assertThat(open.size()).isZero();
            assertThat(outcomes(log.generation())).containsExactly("failed");
        }
    }

    /** For Open WebUI, a broken body takes the place of the answer's beginning. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anIncompleteAnswerKeepsTheConnectionOfOpenWebUi(boolean withError) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                AnswerLog log = beginStream(client, "HTTP/1.1", "user-agent: Python/3.12 aiohttp/3.13.2")
                        .events(false, START, BLOCK, HELLO, HELLO);
                if (withError) {
                    log.failed(500, "", "{\"error\":{\"type\":\"api_error\",\"message\":\"Over\"}}");
                } else {
                    log.events(true, STOP);
                }
                assertThat(readToTheEnd(client, "\"code\":null}}\n\n"))
                        .contains("Hello", "\ndata: {\"error\":{\"message\":\"")
                        .doesNotContain("[DONE]");
                assertThat(outcomes(log.generation())).containsExactly("failed");
            }
        }
    }

    /** A whole answer keeps it. */
    @Test
    void aCompleteAnswerKeepsTheConnection() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                beginStream(client, "HTTP/1.1", "").events(true, START, BLOCK, HELLO, STOP, END, OVER);
                readToTheEnd(client, "data: [DONE]\n\n");
            }
        }
    }

    /** The response up to the last chunk of its body, before which it ends with this text. */
    private static String readToTheEnd(RawClient client, String text) throws Exception {
        String end = text + "\r\n0\r\n\r\n";
        StringBuilder response = new StringBuilder();
        while (response.indexOf(end) < 0) {
            String next = client.read(1);
            assertThat(next).as("after " + response).isNotEmpty();
            response.append(next);
        }
        return response.toString();
    }

    /** Sends a request that is answered as a stream, whose log the test writes. */
    private static AnswerLog beginStream(RawClient client, String version, String header) throws Exception {
        String conversation = UUID.randomUUID().toString();
        String body = body(",\"stream\":true");
        client.send("POST " + PATH + " " + version + "\r\nhost: x\r\nx-api-key: " + RunningGateway.ACME
                + "\r\nx-parley-conversation: " + conversation + "\r\ncontent-length: " + body.length() + "\r\n"
                + (header.isEmpty() ? "" : header + "\r\n") + "\r\n" + body);
        return new AnswerLog(producer, requests.of(conversation).generation());
    }

    /** How the responses of a generation ended, once one has. */
    private static List<String> outcomes(GenerationId generation) {
        return await().until(
                        () -> Deliveries.outcomes(KAFKA.bootstrapServers(), generation),
                        outcomes -> !outcomes.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST   | good | {"model":"m","n":2,"messages":[]} | 400 | n    | unsupported_parameter
            POST   | good | {                                 | 400 | ``   | ``
            POST   | bad  | {}                                | 401 | ``   | invalid_api_key
            GET    | good | ``                                | 405 | ``   | ``
            """)
    void reportsErrorsInTheFormatOfOpenAi(String method, String key, String body, int status, String param, String code)
            throws Exception {
        HttpRequest.Builder request = gateway.request(PATH)
                .method(method, BodyPublishers.ofString(body))
                .setHeader("x-api-key", key.equals("good") ? RunningGateway.ACME : "wrong");
        var response = gateway.text(request);
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("message").stringValue("")).isNotEmpty();
        assertThat(error.path("type").stringValue("")).isEqualTo("invalid_request_error");
        assertThat(error.path("param").stringValue("")).isEqualTo(param);
        assertThat(error.path("code").stringValue("")).isEqualTo(code);
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void acceptsTheKeyAsABearerToken() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + PATH))
                .header("authorization", "Bearer " + RunningGateway.ACME)
                .POST(BodyPublishers.ofByteArray("{}".getBytes(UTF_8)));
        assertThat(gateway.text(request).statusCode()).isEqualTo(400);
    }
}
