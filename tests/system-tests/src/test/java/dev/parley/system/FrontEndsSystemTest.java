package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.Sha256;
import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests as sent by Open WebUI, LibreChat, LobeChat and Roo Code according to their source, and the parts of the responses
 * that these applications read. The applications themselves do not run here.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
class FrontEndsSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ChatClient GATEWAY = new ChatClient(STACK.gateway(0));
    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final String MODELS = "/v1/models";
    private static final String BEARER = "Bearer " + LocalStack.KEY;
    private static final String DIRECTIVES = " [[sim: first_token_ms=0 text=\\\"Four.\\\"]]";

    private static final String PLAIN = """
            {"model": "claude-opus-4-5", "messages": [{"role": "user", "content": "%s"}]}""";

    private final String question = "What is two and two? " + UUID.randomUUID();

    @Test
    void openWebUiListsModels() throws Exception {
        Answer models = GATEWAY.send("GET", MODELS, new byte[0], openWebUi(BEARER, "chat"));
        assertThat(models.status()).isEqualTo(200);
        assertThat(ids(models)).contains("claude-opus-4-5");
    }

    /** Its page parses lines that begin with {@code data:} and ignores all others. */
    @Test
    void openWebUiStreamsAnAnswer() throws Exception {
        String chat = UUID.randomUUID().toString();
        Answer answer = complete("""
                {"stream": true, "model": "claude-opus-4-5", "temperature": 0.8, "stream_options": {"include_usage": true},
                 "messages": [{"role": "system", "content": "You are kind."}, {"role": "user", "content": "%s"}]}
                """, openWebUi(BEARER, chat));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).contains("text/event-stream");
        List<String> data = data(answer);
        assertThat(data).last().isEqualTo("[DONE]");
        assertThat(streamedText(data)).isEqualTo("Four.");
        assertThat(chunks(data).map(chunk -> chunk.at("/usage/total_tokens").intValue(0)))
                .as("total tokens")
                .anyMatch(total -> total > 0);
        assertThat(answer.header("x-parley-conversation")).isEqualTo(chat);
    }

    /** Models since 4.7 refuse sampling parameters. */
    @Test
    void openWebUiSetsSamplingParametersOfALaterModel() throws Exception {
        Answer answer = complete("""
                {"stream": true, "model": "claude-opus-5-5", "temperature": 0.8, "top_p": 0.9,
                 "messages": [{"role": "user", "content": "%s"}]}
                """, openWebUi(BEARER, UUID.randomUUID().toString()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(streamedText(data(answer))).isEqualTo("Four.");
        assertThat(answer.header("warning")).isEqualTo("299 - \"ignored: temperature, top_p\"");
    }

    /** Claude refuses such an id of a call. */
    @Test
    void openWebUiContinuesAConversationOfAnotherProvider() throws Exception {
        Answer answer = complete("""
                {"stream": true, "model": "claude-opus-4-5",
                 "tools": [{"type": "function", "function": {"name": "search", "parameters": {"type": "object"}}}],
                 "messages": [{"role": "user", "content": "%s"},
                   {"role": "assistant", "content": "", "tool_calls": [
                     {"id": "functions.search:0", "type": "function", "function": {"name": "search", "arguments": "{}"}}]},
                   {"role": "tool", "tool_call_id": "functions.search:0", "content": "It is four."},
                   {"role": "assistant", "tool_calls": [{"id": "f", "type": "function", "function": {"name": "clear"}}]},
                   {"role": "tool", "tool_call_id": "f", "content": "\\n"}]}
                """, openWebUi(BEARER, UUID.randomUUID().toString()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(streamedText(data(answer))).isEqualTo("Four.");
    }

    /** At a broken body, it replaces the text that it has shown by the error of its HTTP client. */
    @Test
    void openWebUiKeepsTheBeginningOfAnAnswerThatBreaksOff() throws Exception {
        byte[] request = """
                {"stream": true, "model": "claude-opus-4-5", "messages": [{"role": "user", "content": "%s"}]}
                """.formatted(question + " [[sim: first_token_ms=0 tokens=200 fault=error after=2 times=99]]")
                .getBytes(UTF_8);
        Answer answer = GATEWAY.send(
                "POST",
                COMPLETIONS,
                request,
                openWebUi(BEARER, UUID.randomUUID().toString()));
        List<String> data = data(answer);
        assertThat(streamedText(data)).isNotEmpty();
        assertThat(JSON.readTree(data.getLast()).at("/error/message").stringValue(""))
                .isNotEmpty();
        assertThatThrownBy(() -> GATEWAY.send("POST", COMPLETIONS, request, stainless("accept", "application/json")))
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void openWebUiRequestsATitleAndTags() throws Exception {
        Answer title = complete("""
                {"model": "claude-opus-4-5", "stream": false, "max_tokens": 1000,
                 "messages": [{"role": "user", "content": "%s"}]}
                """, openWebUi(BEARER, UUID.randomUUID().toString()));
        assertThat(title.status()).isEqualTo(200);
        assertThat(title.json().at("/choices/0/message/content").stringValue()).isEqualTo("Four.");
    }

    @Test
    void openWebUiReportsAnInvalidKey() throws Exception {
        Answer refused = GATEWAY.send("GET", MODELS, new byte[0], openWebUi("Bearer wrong", "chat"));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().at("/error/message").stringValue()).isNotEmpty();
    }

    /** It reads {@code data[].id}, sends the headers of either vendor, and may add the user. */
    @Test
    void libreChatListsModelsOfBothItsEndpoints() throws Exception {
        Answer custom =
                GATEWAY.send("GET", MODELS + "?user=64f0c0ffee", new byte[0], "authorization", BEARER, "accept", "*/*");
        assertThat(ids(custom)).contains("claude-opus-4-5");
        Answer anthropic = GATEWAY.send(
                "GET", MODELS, new byte[0], "x-api-key", LocalStack.KEY, "anthropic-version", "2023-06-01");
        assertThat(ids(anthropic)).isEqualTo(ids(custom));
    }

    @Test
    void libreChatStreamsThroughACustomEndpoint() throws Exception {
        Answer answer = complete("""
                {"model": "claude-opus-4-5", "stream": true, "stream_options": {"include_usage": true}, "user": "64f0c0ffee",
                 "temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0, "max_tokens": 1000,
                 "messages": [{"role": "user", "content": [{"type": "text", "text": "%s"}]}]}
                """, stainless("accept", "application/json"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(streamedText(data(answer))).isEqualTo("Four.");
        assertThat(seen().at("/body/metadata/user_id").stringValue()).isEqualTo(Sha256.of("64f0c0ffee"));
    }

    @Test
    void libreChatStreamsThroughItsAnthropicEndpoint() throws Exception {
        Answer answer = GATEWAY.send(
                "POST",
                "/v1/messages",
                body("""
                        {"model": "claude-opus-4-5", "stream": true, "max_tokens": 8192, "temperature": 1,
                         "metadata": {"user_id": "64f0c0ffee"},
                         "system": [{"type": "text", "text": "You are kind.", "cache_control": {"type": "ephemeral"}}],
                         "messages": [{"role": "user", "content": [{"type": "text", "text": "%s", "cache_control": {"type": "ephemeral"}}]}]}
                        """),
                "x-api-key",
                LocalStack.KEY,
                "content-type",
                "application/json",
                "anthropic-version",
                "2023-06-01",
                "anthropic-beta",
                "prompt-caching-2024-07-31");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("Four.");
        JsonNode seen = seen();
        assertThat(seen.at("/body/system/0/cache_control/type").stringValue()).isEqualTo("ephemeral");
        assertThat(seen.path("headers").toString()).contains("prompt-caching-2024-07-31");
    }

    /** It splits the stream at blank lines, drops what begins with a colon, and ends at what is no JSON. */
    @Test
    void difyStreamsAnAnswerWithPings() throws Exception {
        String directives = " [[sim: first_token_ms=0 tokens_per_second=20 ping_ms=10 text=\\\"Four, of course.\\\"]]";
        String request = """
                {"model": "claude-opus-4-5", "stream": true, "max_tokens": 1000, "user": "abc-123",
                 "messages": [{"role": "user", "content": "%s"}]}""".formatted(question + directives);
        Answer answer = GATEWAY.send(
                "POST",
                COMPLETIONS,
                request.getBytes(UTF_8),
                "authorization",
                BEARER,
                "content-type",
                "application/json",
                "accept-charset",
                "utf-8");
        List<String> data = Stream.of(answer.body().split("\n\n"))
                .map(String::strip)
                .filter(block -> !block.isEmpty() && !block.startsWith(":"))
                .map(block -> block.replaceFirst("^data: ", "").stripLeading())
                .toList();
        assertThat(data).last().isEqualTo("[DONE]");
        assertThat(streamedText(data)).isEqualTo("Four, of course.");
        assertThat(chunks(data)
                        .filter(chunk -> chunk.at("/choices/0/delta/content")
                                .stringValue("none")
                                .isEmpty()))
                .as("the role and pings")
                .hasSizeGreaterThan(5);
        assertThat(chunks(data)
                        .toList()
                        .getLast()
                        .at("/choices/0/finish_reason")
                        .stringValue(""))
                .isEqualTo("stop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json"})
    void lobeChatStreamsWithTheDefaultsOfItsAgents(String accept) throws Exception {
        Answer answer = complete("""
                {"model": "claude-opus-4-5", "stream": true, "stream_options": {"include_usage": true}, "user": "user_2x",
                 "temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0,
                 "messages": [{"role": "user", "content": "%s"}]}
                """, stainless("accept", accept));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(streamedText(data(answer))).isEqualTo("Four.");
    }

    /** It distinguishes these by status and {@code code}, and treats 403 as an error of location. */
    @Test
    void lobeChatDistinguishesErrors() throws Exception {
        Answer wrongKey = complete(PLAIN, "authorization", "Bearer wrong");
        assertThat(wrongKey.status()).isEqualTo(401);
        assertThat(code(wrongKey)).isEqualTo("invalid_api_key");

        IssuedKey overBudget = IssuedKey.with(STACK, Map.of("usd_per_month", 0.00001));
        Answer quota = complete(PLAIN, "authorization", "Bearer " + overBudget.secret());
        assertThat(quota.status()).isEqualTo(429);
        assertThat(code(quota)).isEqualTo("insufficient_quota");
        assertThat(quota.json().at("/error/type").stringValue()).isEqualTo("insufficient_quota");

        IssuedKey restricted = IssuedKey.with(STACK, List.of("claude-haiku"), Map.of());
        Answer unknown = complete(PLAIN, "authorization", "Bearer " + restricted.secret());
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(code(unknown)).isEqualTo("model_not_found");
    }

    /** All its own tools, with null for what is optional: more than Claude permits. */
    @Test
    void rooCodeSendsStrictTools() throws Exception {
        String tools = IntStream.rangeClosed(1, 21)
                .mapToObj(number -> """
                        {"type": "function", "function": {"name": "tool_%d", "strict": true, "parameters": {
                          "type": "object", "additionalProperties": false, "required": ["path", "mode"],
                          "properties": {"path": {"type": "string"}, "mode": {"type": ["string", "null"]}}}}}""".formatted(number))
                .collect(Collectors.joining(","));
        Answer answer = complete("""
                {"model": "claude-opus-4-5", "temperature": 0, "stream": true, "stream_options": {"include_usage": true},
                 "messages": [{"role": "system", "content": "You are kind."}, {"role": "user", "content": "%s"}],
                 "tool_choice": "auto", "parallel_tool_calls": true, "tools": [""" + tools + "]}", stainless("accept", "application/json"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(streamedText(data(answer))).isEqualTo("Four.");
        assertThat(answer.header("warning")).isEqualTo("299 - \"ignored: tools[].strict\"");
    }

    /** As agents do. Models since 4.6 refuse a last message of the assistant. */
    @Test
    void eachListedModelContinuesAConversationThatEndsWithAnAnswer() throws Exception {
        for (String model : ids(GATEWAY.send("GET", MODELS, new byte[0], openWebUi(BEARER, "chat")))) {
            Answer answer = complete("""
                    {"model": "MODEL", "stream": true, "messages": [{"role": "assistant", "content": "Hello!"},
                     {"role": "user", "content": "%s"}, {"role": "assistant", "content": "Fo"}]}
                    """.replace("MODEL", model), stainless("accept", "application/json"));
            assertThat(answer.status()).as(model).isEqualTo(200);
            assertThat(streamedText(data(answer))).as(model).isEqualTo("ur.");
        }
    }

    private static String[] openWebUi(String authorization, String chat) {
        return new String[] {
            "authorization", authorization,
            "content-type", "application/json",
            "user-agent", "Python/3.12 aiohttp/3.13.2",
            "x-openwebui-user-name", "Ada%20Lovelace",
            "x-openwebui-user-id", "0b5c2c1e-7c0f-4a52-8f0e-1d2f3a4b5c6d",
            "x-openwebui-user-email", "ada@example.com",
            "x-openwebui-user-role", "user",
            "x-openwebui-chat-id", chat
        };
    }

    /** The headers of OpenAI's SDK for TypeScript, which LibreChat, LobeChat and Roo Code use, and one more. */
    private static String[] stainless(String name, String value) {
        return new String[] {
            "authorization",
            BEARER,
            "content-type",
            "application/json",
            "user-agent",
            "OpenAI/JS 5.12.0",
            "x-stainless-lang",
            "js",
            "x-stainless-package-version",
            "5.12.0",
            "x-stainless-retry-count",
            "0",
            "x-stainless-timeout",
            "600",
            name,
            value
        };
    }

    private Answer complete(String request, String... headers) throws Exception {
        return GATEWAY.send("POST", COMPLETIONS, body(request), headers);
    }

    private byte[] body(String request) {
        return request.formatted(question + DIRECTIVES).getBytes(UTF_8);
    }

    private JsonNode seen() throws Exception {
        return new Simulator(STACK).requests(question).getLast();
    }

    private static List<String> ids(Answer models) {
        List<String> ids = new ArrayList<>();
        models.json().path("data").forEach(model -> ids.add(model.path("id").stringValue()));
        return ids;
    }

    private static String code(Answer refused) {
        return refused.json().at("/error/code").stringValue();
    }

    private static List<String> data(Answer answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()).strip())
                .toList();
    }

    private static Stream<JsonNode> chunks(List<String> data) {
        return data.stream().filter(line -> !line.equals("[DONE]")).map(JSON::readTree);
    }

    private static String streamedText(List<String> data) {
        StringBuilder text = new StringBuilder();
        chunks(data)
                .forEach(chunk ->
                        text.append(chunk.at("/choices/0/delta/content").stringValue("")));
        return text.toString();
    }
}
