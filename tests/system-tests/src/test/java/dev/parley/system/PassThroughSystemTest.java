package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Requests and responses pass the gateway unchanged. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
final class PassThroughSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final ChatClient GATEWAY = new ChatClient(STACK.gateway(0));
    private static final ChatClient CLAUDE = new ChatClient(STACK.simulator());
    private static final Simulator REQUESTS = new Simulator(STACK);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static final String AT_ONCE = "first_token_ms=0 tokens_per_second=0 tokens=60 ";
    private static final String VERSION = "2023-06-01";

    private static final Pattern ID_LINE = Pattern.compile("^id: (.*)\n", Pattern.MULTILINE);
    private static final Pattern POSITION = Pattern.compile("(\\d+)-(\\d+)\\.(\\d+)");

    /** Identifiers that the simulator generates for each answer. */
    private static final Pattern GENERATED = Pattern.compile("(msg|toolu|req)_01\\w+|Eq\\w{20,}==");

    /** Blanks after a signature: Claude pads the length of events. */
    private static final Pattern GENERATED_LENGTH = Pattern.compile("(\"signature\":\"made-up\"}) +");

    /** The position of an event on the log. */
    private record Position(int partition, long offset, int frame) {
        static final Comparator<Position> ORDER =
                Comparator.comparingLong(Position::offset).thenComparingInt(Position::frame);

        static Position of(String id) {
            Matcher parts = POSITION.matcher(id);
            assertThat(parts.matches()).as("%s is partition-offset.frame", id).isTrue();
            return new Position(
                    Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)), Integer.parseInt(parts.group(3)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tokens_per_second=400",
                "head_ms=0 first_token_ms=300 ping_ms=100",
                "fault=unknown after=5",
                "fault=split tokens=10",
                "text=\"Grüße, 世界 \\\"🙂\\\" \\\\ \\n\\nNext\""
            })
    void streamsAreUnchanged(String directives) throws Exception {
        ObjectNode request = ChatClient.question(AT_ONCE + directives);

        Answer gateways = GATEWAY.ask(request);
        Answer claudes = askClaude(request);

        assertThat(gateways.status()).isEqualTo(200);
        assertThat(gateways.header("content-type")).startsWith("text/event-stream");
        assertThat(withoutIds(gateways)).isEqualTo(normalised(claudes.body()));
        assertThat(gateways.types()).startsWith("message_start").endsWith("message_stop");
    }

    @Test
    void streamsContainToolUseAndThinking() throws Exception {
        ObjectNode request = ChatClient.question("What is the weather in Paris? " + UUID.randomUUID(), AT_ONCE);
        request.put("max_tokens", 3000);
        request.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);
        addWeather(request);

        Answer gateways = GATEWAY.ask(request);

        assertThat(withoutIds(gateways)).isEqualTo(normalised(askClaude(request).body()));
        assertThat(gateways.body())
                .contains("thinking_delta")
                .contains("signature_delta")
                .contains("input_json_delta");
    }

    @Test
    void unknownEventsPassThrough() throws Exception {
        Answer answer = GATEWAY.ask(ChatClient.question(AT_ONCE + "fault=unknown after=5"));

        assertThat(answer.body())
                .contains("event: future_event\n")
                .contains("\"note\":\"simulated: an event type nobody knows yet\"")
                .contains("\"type\":\"future_delta\"")
                .contains("\"type\":\"future_block\"");
    }

    @Test
    void acceptsAnyLineEnding() throws Exception {
        ObjectNode request = ChatClient.question(AT_ONCE + "fault=crlf");

        assertThat(withoutIds(GATEWAY.ask(request)))
                .isEqualTo(normalised(askClaude(request).body()).replace("\r\n", "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tokens_per_second=200 ping_ms=50"})
    void eventIdsAreLogPositions(String directives) throws Exception {
        Answer answer = GATEWAY.ask(ChatClient.question(AT_ONCE + directives));

        List<Position> positions = ID_LINE.matcher(answer.body())
                .results()
                .map(line -> Position.of(line.group(1)))
                .toList();
        assertThat(positions).hasSameSizeAs(answer.events()).isSortedAccordingTo(Position.ORDER);
        assertThat(positions).doesNotHaveDuplicates();
        assertThat(positions)
                .extracting(Position::partition)
                .containsOnly(positions.getFirst().partition());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text=\"Grüße, 世界 \\\"🙂\\\" \\\\ \\n\\nNext\"",
                "text=\"One, two, HALT three.\"",
                "tokens=600"
            })
    void unstreamedMessagesEqualClaudes(String directives) throws Exception {
        ObjectNode request =
                ChatClient.question(AT_ONCE + directives).put("stream", false).put("max_tokens", 300);
        request.putArray("stop_sequences").add("HALT");

        assertThatMessagesAreTheSame(request);
    }

    @Test
    void unstreamedMessagesContainToolUseAndThinking() throws Exception {
        ObjectNode request = ChatClient.question("What is the weather in Paris? " + UUID.randomUUID(), AT_ONCE);
        request.put("max_tokens", 3000).remove("stream");
        request.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);
        addWeather(request);

        Answer answer = assertThatMessagesAreTheSame(request);

        assertThat(answer.json().path("content"))
                .extracting(block -> block.path("type").stringValue(""))
                .containsExactly("thinking", "text", "tool_use");
    }

    @Test
    void anUnstreamedToolUseThatTheTokenLimitCutsHasNoInput() throws Exception {
        ObjectNode request = ChatClient.question("What is the weather in Paris? " + UUID.randomUUID(), AT_ONCE);
        request.put("max_tokens", 2).remove("stream");
        addWeather(request);
        request.putObject("tool_choice").put("type", "any");

        Answer answer = assertThatMessagesAreTheSame(request);

        assertThat(answer.json().path("stop_reason").stringValue("")).isEqualTo("max_tokens");
        assertThat(answer.json().at("/content/0/input")).isEqualTo(MAPPER.createObjectNode());
    }

    @Test
    void versionAndBetaReachClaude() throws Exception {
        String question = UUID.randomUUID().toString();

        GATEWAY.ask(
                ChatClient.question(question, AT_ONCE),
                "anthropic-version",
                "2099-12-31",
                "anthropic-beta",
                "first-2099-01-01,second-2099-01-01",
                "anthropic-beta",
                "third-2099-01-01");

        JsonNode headers = received(question).path("headers");
        assertThat(headers.path("anthropic-version").stringValue("")).isEqualTo("2099-12-31");
        assertThat(headers.path("anthropic-beta").stringValue("").replace(" ", ""))
                .isEqualTo("first-2099-01-01,second-2099-01-01,third-2099-01-01");
    }

    @Test
    void theVersionHeaderIsOptional() throws Exception {
        String question = UUID.randomUUID().toString();

        assertThat(GATEWAY.ask(ChatClient.question(question, AT_ONCE)).status()).isEqualTo(200);

        assertThat(received(question).path("headers").path("anthropic-version").stringValue(""))
                .isEqualTo(VERSION);
    }

    @Test
    void requestsAreUnchanged() throws Exception {
        String question = UUID.randomUUID().toString();
        ObjectNode request = ChatClient.question(question, AT_ONCE)
                .put("system", "Be brief.")
                .put("top_k", 7)
                .put("temperature", 0.25);
        request.putObject("metadata").put("user_id", "ada");
        addWeather(request);

        GATEWAY.ask(request);

        assertThat(received(question).path("body")).isEqualTo(MAPPER.readTree(MAPPER.writeValueAsBytes(request)));
    }

    @ParameterizedTest
    @CsvSource({"x-api-key, parley-local", "authorization, Bearer parley-local", "Authorization, bearer parley-local"})
    void acceptsTheKeyInEitherHeader(String header, String value) throws Exception {
        byte[] body = MAPPER.writeValueAsBytes(ChatClient.question(AT_ONCE));

        Answer answer = GATEWAY.send("POST", "/v1/messages", body, "content-type", "application/json", header, value);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.types()).endsWith("message_stop");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersContainConversationAndGenerationIds(boolean streaming) throws Exception {
        ObjectNode request = ChatClient.question(AT_ONCE).put("stream", streaming);

        Answer answer = GATEWAY.ask(request);

        assertThat(answer.header("x-parley-conversation")).startsWith("conv_");
        assertThat(answer.generation()).startsWith("gen_");
        assertThat(answer.header("request-id")).isNotEmpty();
        assertThat(answer.cache()).isEqualTo("miss");
    }

    @Test
    void acceptsAConversationId() throws Exception {
        String conversation = GATEWAY.ask(ChatClient.question(AT_ONCE)).header("x-parley-conversation");

        Answer answer = GATEWAY.ask(ChatClient.question(AT_ONCE), "x-parley-conversation", conversation);

        assertThat(answer.header("x-parley-conversation")).isEqualTo(conversation);
    }

    @Test
    void noCacheBypassesTheCache() throws Exception {
        assertThat(GATEWAY.ask(ChatClient.question(AT_ONCE), "cache-control", "no-cache")
                        .cache())
                .isEqualTo("bypass");
    }

    private static Answer assertThatMessagesAreTheSame(ObjectNode request) throws Exception {
        Answer gateways = GATEWAY.ask(request);
        Answer claudes = askClaude(request);

        assertThat(gateways.status()).isEqualTo(200);
        assertThat(gateways.header("content-type")).startsWith("application/json");
        assertThat(MAPPER.readTree(normalised(gateways.body()))).isEqualTo(MAPPER.readTree(normalised(claudes.body())));
        return gateways;
    }

    private static Answer askClaude(ObjectNode request) throws Exception {
        return CLAUDE.ask(request, "anthropic-version", VERSION);
    }

    private static JsonNode received(String question) throws Exception {
        List<JsonNode> requests = REQUESTS.requests(question);
        assertThat(requests).hasSize(1);
        return requests.getFirst();
    }

    private static void addWeather(ObjectNode request) {
        ObjectNode tool = request.putArray("tools")
                .addObject()
                .put("name", "get_weather")
                .put("description", "Tells the weather of a place");
        ObjectNode schema = tool.putObject("input_schema").put("type", "object");
        schema.putObject("properties").putObject("location").put("type", "string");
        schema.putArray("required").add("location");
    }

    private static String withoutIds(Answer answer) {
        return normalised(ID_LINE.matcher(answer.body()).replaceAll(""));
    }

    private static String normalised(String answer) {
        return GENERATED_LENGTH
                .matcher(GENERATED.matcher(answer).replaceAll("made-up"))
                .replaceAll("$1");
    }
}
