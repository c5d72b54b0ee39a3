package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.localstack.LocalStack;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Errors keep their meaning: a status with an error body of the Messages API, or a final {@code error} event. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
final class ErrorSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final ChatClient CLAUDE = new ChatClient(STACK.simulator());
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Requests share connections, so a fault that ends one runs alone. */
    private static final String CONNECTIONS = "connections to Claude";

    private static final String MESSAGES = "/v1/messages";
    private static final String AT_ONCE = "first_token_ms=0 tokens_per_second=0 tokens=60 ";
    private static final int BODY_BYTES_MAX = 8 * 1024 * 1024;
    /** In base64, 7 MiB. */
    private static final int IMAGE_BYTES = 21 * 1024 * 1024 / 4;

    private static final Random RANDOM = new Random(7);

    @Test
    void aMissingKeyIsRejected() throws Exception {
        Answer answer = CHAT.send("POST", MESSAGES, body(ChatClient.question(AT_ONCE)));

        assertThatIsError(answer, 401, "authentication_error");
    }

    @ParameterizedTest
    @CsvSource({"x-api-key, wrong", "authorization, Bearer wrong", "authorization, Basic cGFybGV5LWxvY2Fs"})
    void anInvalidKeyIsRejected(String header, String value) throws Exception {
        Answer answer = CHAT.send("POST", MESSAGES, body(ChatClient.question(AT_ONCE)), header, value);

        assertThatIsError(answer, 401, "authentication_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"model\": \"claude-opus-4-5\", }", "[]", "null", "\"text\"", "\u0000"})
    void aBodyThatIsNoJsonObjectIsRejected(String body) throws Exception {
        assertThatIsError(send("POST", MESSAGES, body.getBytes(UTF_8)), 400, "invalid_request_error");
    }

    @Test
    void anInvalidConversationIdIsRejected() throws Exception {
        Answer answer = CHAT.ask(ChatClient.question(AT_ONCE), "x-parley-conversation", "not a name");

        assertThatIsError(answer, 400, "invalid_request_error");
        assertThat(message(answer)).contains("x-parley-conversation");
    }

    @Test
    void otherFieldsAreValidatedByClaude() throws Exception {
        Answer answer = CHAT.ask(ChatClient.question(AT_ONCE).put("temperature", 2));

        assertThatIsError(answer, 400, "invalid_request_error");
        assertThat(message(answer)).contains("temperature");
        assertThatTurnFailed(answer, 400, "invalid_request_error");
    }

    @Test
    void anUnknownModelIsRejected() throws Exception {
        Answer answer = CHAT.ask(ChatClient.question(AT_ONCE).put("model", "claude-unknown-1"));

        assertThatIsError(answer, 404, "not_found_error");
        assertThat(message(answer)).contains("claude-unknown-1");
        assertThatTurnFailed(answer, 404, "not_found_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nothing", "/", "/v1/messages/nothing"})
    void unknownPathsAreNotFound(String path) throws Exception {
        assertThatIsError(send("POST", path, body(ChatClient.question(AT_ONCE))), 404, "not_found_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void onlyPostIsAllowedForMessages(String method) throws Exception {
        Answer answer = send(method, MESSAGES, body(ChatClient.question(AT_ONCE)));

        assertThatIsError(answer, 405, "invalid_request_error");
        assertThat(answer.header("allow")).isEqualTo("POST");
    }

    @ParameterizedTest
    @ValueSource(ints = {BODY_BYTES_MAX + 1, 3 * BODY_BYTES_MAX})
    void aBodyBeyondTheLimitIsRejected(int bytes) throws Exception {
        assertThatIsError(send("POST", MESSAGES, bodyOf(bytes)), 413, "request_too_large");
    }

    @Test
    void aBodyAtTheLimitIsAccepted() throws Exception {
        assertThat(send("POST", MESSAGES, bodyOf(BODY_BYTES_MAX)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLargeImageIsAccepted(boolean streaming) throws Exception {
        byte[] image = new byte[IMAGE_BYTES];
        RANDOM.nextBytes(image);
        ObjectNode request =
                ChatClient.question("first_token_ms=0 tokens_per_second=0").put("stream", streaming);
        ArrayNode content = MAPPER.createArrayNode();
        content.addObject()
                .put("type", "image")
                .putObject("source")
                .put("type", "base64")
                .put("media_type", "image/png")
                .put("data", Base64.getEncoder().encodeToString(image));
        content.addObject()
                .put("type", "text")
                .put("text", request.at("/messages/0/content").stringValue());
        ((ObjectNode) request.at("/messages/0")).set("content", content);

        Answer answer = CHAT.ask(request).succeeded();

        assertThat(streaming ? answer.text() : answer.body()).contains("image/png, ");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @ParameterizedTest
    @CsvSource({
        "invalid_request, 400, invalid_request_error",
        "authentication, 502, api_error",
        "billing, 402, billing_error",
        "permission, 502, api_error",
        "not_found, 404, not_found_error",
        "too_large, 413, request_too_large",
        "rate_limit, 429, rate_limit_error",
        "api_error, 500, api_error",
        "bad_gateway, 502, api_error",
        "unavailable, 503, api_error",
        "gateway_timeout, 504, timeout_error",
        "overloaded, 529, overloaded_error"
    })
    void claudesErrorsAreForwarded(String fault, int status, String type) throws Exception {
        Answer streaming = CHAT.ask(ChatClient.question(AT_ONCE + "fault=" + fault));
        Answer whole = CHAT.ask(ChatClient.question(AT_ONCE + "fault=" + fault).put("stream", false));

        for (Answer answer : List.of(streaming, whole)) {
            assertThatIsError(answer, status, type);
            assertThatTurnFailed(answer, status, type);
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @ParameterizedTest
    @CsvSource({
        "rate_limit, 1",
        "rate_limit retry_after=17, 17",
        "rate_limit_without_retry_after, ''",
        "spend_limit, ''",
        "overloaded retry_after=2, 2"
    })
    void claudesRetryAfterIsForwarded(String fault, String retryAfter) throws Exception {
        Answer answer = CHAT.ask(ChatClient.question(AT_ONCE + "fault=" + fault));

        assertThat(answer.status()).isIn(429, 529);
        assertThat(answer.header("retry-after")).isEqualTo(retryAfter);
    }

    @Test
    void aConnectionBrokenBeforeTheFirstTokenIsAnErrorResponse() throws Exception {
        Answer answer = CHAT.ask(ChatClient.question(AT_ONCE + "fault=reset"));

        assertThatIsError(answer, 502, "api_error");
        assertThatTurnFailed(answer, 502, "api_error");
    }

    @ResourceLock(CONNECTIONS)
    @ParameterizedTest
    @CsvSource({
        "cut, 500, api_error",
        "close, 500, api_error",
        "reset, 500, api_error",
        "malformed, 500, api_error",
        "error, 529, overloaded_error",
        "error error_type=rate_limit_error, 429, rate_limit_error",
        "error error_type=api_error, 500, api_error"
    })
    void anAnswerThatBreaksRepeatedlyEndsInAnError(String fault, int status, String type) throws Exception {
        String text = UUID.randomUUID().toString();
        String name = fault.split(" ", 2)[0];
        String directives =
                "first_token_ms=0 tokens_per_second=100 tokens=60 after=10 fault=" + name + "," + name + "," + fault;
        var whole = CHAT.askAsync(ChatClient.question(directives).put("stream", false));

        Answer streaming = CHAT.ask(ChatClient.question(text, directives));

        List<JsonNode> events = streaming.succeeded().events();
        assertThat(streaming.text()).isNotEmpty();
        assertThat(CLAUDE.ask(ChatClient.question(text, AT_ONCE), "anthropic-version", "2023-06-01")
                        .text())
                .startsWith(streaming.text())
                .isNotEqualTo(streaming.text());
        assertThat(streaming.types())
                .startsWith("message_start")
                .endsWith("error")
                .containsOnlyOnce("error");
        assertThat(events.getLast().at("/error/type").stringValue("")).isEqualTo(type);
        assertThat(streaming.body()).contains("event: error\n");
        assertThatTurnFailed(streaming, status, type);

        assertThatIsError(whole.get(), status, type);
        assertThatTurnFailed(whole.get(), status, type);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = CONNECTIONS, mode = ResourceAccessMode.READ)
    @Test
    void anErrorAfterTheStatusIsAnEvent() throws Exception {
        Answer answer = CHAT.ask(ChatClient.question("fault=spend_limit head_ms=12000"));

        assertThat(answer.succeeded().types()).endsWith("error");
        assertThat(answer.events().getLast().at("/error/type").stringValue("")).isEqualTo("rate_limit_error");
        assertThatTurnFailed(answer, 429, "rate_limit_error");
    }

    private static Answer send(String method, String path, byte[] body) throws Exception {
        return CHAT.send(method, path, body, "content-type", "application/json", "x-api-key", LocalStack.KEY);
    }

    private static void assertThatIsError(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.header("request-id")).isNotEmpty();
        JsonNode body = answer.json();
        assertThat(body.path("type").stringValue("")).isEqualTo("error");
        assertThat(body.at("/error/type").stringValue("")).isEqualTo(type);
        assertThat(message(answer)).isNotBlank();
        assertThat(body.path("request_id").stringValue("")).isEqualTo(answer.header("request-id"));
    }

    private static String message(Answer answer) {
        return answer.json().at("/error/message").stringValue("");
    }

    private static void assertThatTurnFailed(Answer answer, int status, String type) throws Exception {
        assertThat(TURNS.of(answer.generation())).isInstanceOfSatisfying(ChatFailed.class, failed -> {
            assertThat(failed.error().status()).isEqualTo(status);
            assertThat(failed.error().type()).isEqualTo(type);
            assertThat(failed.facts().attempts())
                    .isNotEmpty()
                    .noneMatch(attempt -> attempt.outcome().equals("completed"));
        });
    }

    private static byte[] body(ObjectNode request) {
        return MAPPER.writeValueAsBytes(request);
    }

    /** A request of exactly this size. */
    private static byte[] bodyOf(int bytes) {
        ObjectNode request = ChatClient.question(UUID.randomUUID().toString(), AT_ONCE);
        request.put("system", "");
        request.put("system", "x".repeat(bytes - body(request).length));
        return body(request);
    }
}
