package dev.parley.simulator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.answer.AnswerGenerator;
import dev.parley.simulator.answer.Grading;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.MessagesRequestReader;
import dev.parley.simulator.script.Answers;
import dev.parley.simulator.script.ScriptEvent;
import dev.parley.simulator.script.StreamScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorRoutesTest {
    private static final Map<String, String> KEY =
            Map.of("x-api-key", "k", "anthropic-version", "2023-06-01", "host", "127.0.0.1:8090");

    private final RequestLog log = new RequestLog(() -> Instant.EPOCH);
    private final SimulatorRoutes routes = routes();

    private SimulatorRoutes routes() {
        Ids ids = new Ids(new Random(1));
        return new SimulatorRoutes(
                new MessagesRequestReader(false),
                new AnswerGenerator(ids, new InputTokens(() -> Instant.EPOCH), Grading.NONE),
                new DirectiveParser()
                        .readPairs("first_token_ms=450 tokens_per_second=70 ping_ms=10000")
                        .directives(),
                log,
                ids);
    }

    @Test
    void anAnswerComesAtTheDefaultPace() {
        StreamScript answer = ask("Hello", true);

        List<Duration> tokens = answer.events().stream()
                .filter(ScriptEvent::token)
                .map(ScriptEvent::at)
                .toList();
        assertThat(tokens.getFirst()).isEqualTo(Duration.ofMillis(450));
        assertThat(tokens.get(35)).isEqualTo(Duration.ofMillis(950));
        assertThat(answer.headers().get("request-id")).startsWith("req_");
        assertThat(answer.headers()).containsEntry("content-type", "text/event-stream; charset=utf-8");
    }

    @Test
    void directivesShapeOneAnswer() {
        StreamScript answer = ask("Hello [[sim: first_token_ms=20 tokens=3 tokens_per_second=100]]", true);

        assertThat(answer.events().stream().filter(ScriptEvent::token).map(ScriptEvent::at))
                .containsExactly(Duration.ofMillis(20), Duration.ofMillis(30), Duration.ofMillis(40));
        assertThat(Answers.text(ask("[[sim: text=\\\"Exactly this.\\\"]]", false)))
                .contains("\"text\":\"Exactly this.\"");
    }

    @Test
    void directivesAreNotPartOfTheQuestion() {
        String plain = content(ask("Why is the sky blue?", false));

        assertThat(content(ask("Why is the sky blue? [[sim: first_token_ms=1]]", false)))
                .isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"tokens=few", "fault=hiccup"})
    void aMisspeltDirectiveIsRejected(String directive) {
        StreamScript refused = ask("[[sim: " + directive + "]]", true);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(Answers.text(refused)).contains("simulator directive: ");
    }

    @Test
    void aJudgeDecidesByItsRules() {
        assertThat(verdict("Why is the sky blue?", "why IS the sky blue")).contains("\"text\":\"yes\"");
        assertThat(verdict("Why is the sky blue?", "[[sim: text=yes]] Why is heaven blue?"))
                .contains("\"text\":\"no\"");
        post("/simulator/judge", """
            {"same":[["Why is the sky blue?","Why is heaven blue?"]]}\
            """);
        assertThat(verdict("Why is the sky blue?", "Why is heaven blue?")).contains("\"text\":\"yes\"");
        assertThat(post("/simulator/judge", "{\"error_rate\":2}").status()).isEqualTo(400);
        post("/simulator/judge", "{\"error_rate\":1}");
        assertThat(verdict("Why is the sky blue?", "Why is the sky blue?")).contains("\"text\":\"no\"");
    }

    private String verdict(String stored, String asked) {
        return Answers.text(post("/v1/messages", """
            {"model":"claude-haiku-5-5","max_tokens":1,"messages":[{"role":"user","content":"\
            <stored_question>\\n%s\\n</stored_question>\\n<new_question>\\n%s\\n</new_question>\\nSame?"}]}\
            """.formatted(stored, asked)));
    }

    @Test
    void aThreadKeepsTheConversation() {
        String first = Answers.text(post("/v1/messages", """
            {"model":"claude-opus-5-5","max_tokens":100,"thread":{"type":"create"},
             "messages":[{"role":"user","content":"What is a log? [[sim: text=x]]"}]}\
            """));
        String id = first.replaceFirst("(?s).*\"id\":\"(msg_[^\"]+)\".*", "$1");
        StreamScript next = post("/v1/messages", """
            {"model":"claude-opus-5-5","max_tokens":100,"thread":{"type":"continue","previous_message_id":"%s"},
             "messages":[{"role":"user","content":"And what is a topic?"}]}\
            """.formatted(id));
        assertThat(Answers.text(next)).contains("Earlier you asked “What is a log?");
    }

    @Test
    void aThreadKeepsAToolCallThatWasCut() {
        StreamScript cut = post("/v1/messages", """
            {"model":"claude-haiku-5-5","max_tokens":1,"thread":{"type":"create"},"tool_choice":{"type":"any"},
             "tools":[{"name":"search","input_schema":{"type":"object","properties":{"words":{"type":"string"}}}}],
             "messages":[{"role":"user","content":"What is a log?"}]}\
            """);
        assertThat(cut.status()).isEqualTo(200);
        assertThat(Answers.text(cut)).contains("\"input\":{}", "\"stop_reason\":\"max_tokens\"");
    }

    @Test
    void anUnknownThreadIsNotFound() {
        StreamScript refused = post("/v1/messages", """
            {"model":"claude-opus-5-5","max_tokens":100,"thread":{"type":"continue","previous_message_id":"msg_1"},
             "messages":[{"role":"user","content":"And what is a topic?"}]}\
            """);
        assertThat(refused.status()).isEqualTo(404);
        assertThat(Answers.text(refused)).contains("\"details\":{\"error_code\":\"thread_not_found\"}");
    }

    @Test
    void aQueuedFaultComesFirst() {
        post("/simulator/faults", "{\"next\":[{\"directives\":\"fault=overloaded\",\"times\":2}]}");

        assertThat(ask("a", true).status()).isEqualTo(529);
        assertThat(ask("b", true).status()).isEqualTo(529);
        assertThat(ask("c", true).status()).isEqualTo(200);
    }

    @Test
    void aMisspeltFaultIsNotQueued() {
        assertThat(post("/simulator/faults", "{\"next\":[{\"directives\":\"fault=hiccup\"}]}")
                        .status())
                .isEqualTo(400);
        assertThat(post("/simulator/faults", "[]").status()).isEqualTo(400);
        assertThat(post("/simulator/faults", "{\"next\":\"fault=cut\"}").status())
                .isEqualTo(400);
        assertThat(post("/simulator/faults", "{\"next\":[{\"directive\":\"fault=cut\"}]}")
                        .status())
                .isEqualTo(400);
        assertThat(ask("a", true).status()).isEqualTo(200);
    }

    @Test
    void clearedFaultsAreGone() {
        post("/simulator/faults", "{\"next\":[{\"directives\":\"fault=reset\",\"match\":\"a\"}]}");
        routes.answer(received("DELETE", "/simulator/faults", KEY, ""));

        assertThat(ask("a", true).status()).isEqualTo(200);
    }

    @Test
    void aRefusedPrefillNeedsAPrefill() {
        assertThat(ask("a [[sim: fault=prefill_refused]]", true).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/messages, 405",
        "POST, /v1/models, 405",
        "GET, /v2/messages, 404",
        "GET, /v1/models/claude-unknown, 404",
        "GET, /v1/models/claude-opus-4-5, 200",
        "GET, /v1/models, 200",
        "GET, /healthz, 200",
        "GET, /simulator/requests, 200"
    })
    void everyAddressHasItsMethods(String method, String path, int status) {
        assertThat(routes.answer(received(method, path, KEY, "")).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:8090, 200",
        "127.0.0.1:8090, 200",
        "[::1]:8090, 200",
        "10.42.0.7, 200",
        "evil.example, 403",
        "evil.example:8090, 403",
        "localhost.evil.example, 403",
        "127.0.0.1.evil.example:8090, 403",
        "127.0.0.1:x, 403",
        "'', 403"
    })
    void itsOwnEndpointsAreForAddressesAndLocalhost(String host, int status) {
        assertThat(own("GET", "/simulator/requests", Map.of("host", host))).isEqualTo(status);
        assertThat(own("GET", "/v1/models", Map.of("host", host, "x-api-key", "k", "anthropic-version", "2023-06-01")))
                .isEqualTo(200);
    }

    @Test
    void itsOwnEndpointsRefuseThePagesOfABrowser() {
        Map<String, String> page = Map.of("host", "127.0.0.1:8090", "origin", "https://evil.example");

        assertThat(own("POST", "/simulator/faults", page)).isEqualTo(403);
        assertThat(own("GET", "/simulator/counters", page)).isEqualTo(403);
        assertThat(own("DELETE", "/simulator/faults", Map.of("host", "localhost", "origin", "null")))
                .isEqualTo(403);
        assertThat(ask("a", true).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"none, 200", "same-origin, 200", "same-site, 403", "cross-site, 403"})
    void itsOwnEndpointsAreNotForOtherSites(String site, int status) {
        assertThat(own("GET", "/simulator/counters", Map.of("host", "localhost:8090", "sec-fetch-site", site)))
                .isEqualTo(status);
    }

    private int own(String method, String path, Map<String, String> headers) {
        return routes.answer(received(method, path, headers, "{\"next\":[{\"directives\":\"fault=overloaded\"}]}"))
                .status();
    }

    @Test
    void aKeyIsNeededAndAnyWillDo() {
        assertThat(messages(Map.of("anthropic-version", "2023-06-01")).status()).isEqualTo(401);
        assertThat(messages(Map.of("anthropic-version", "2023-06-01", "authorization", "Bearer "))
                        .status())
                .isEqualTo(401);
        assertThat(messages(Map.of("anthropic-version", "2023-06-01", "authorization", "Bearer x"))
                        .status())
                .isEqualTo(200);
        assertThat(messages(Map.of("x-api-key", "x")).status()).isEqualTo(400);
    }

    @Test
    void listsItsModels() {
        assertThat(Answers.text(get("/v1/models")))
                .contains("\"id\":\"claude-opus-4-5-20251101\"", "\"has_more\":false");
    }

    @Test
    void countsTokens() {
        assertThat(
                        Answers.text(
                                post(
                                        "/v1/messages/count_tokens",
                                        "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"12345678\"}]}")))
                .isEqualTo("{\"input_tokens\":7}");
    }

    @Test
    void showsRequestsWithoutTheirKeys() {
        Map<String, String> headers = Map.of("x-api-key", "secret", "authorization", "Bearer secret", "via", "g");
        log.begin(received("POST", "/v1/messages", headers, "{\"a\":1}"));

        assertThat(Answers.text(get("/simulator/requests")))
                .contains("\"via\":\"g\"", "\"body\":{\"a\":1}", "\"x-api-key\":\"(hidden)\"")
                .doesNotContain("secret");
    }

    private StreamScript ask(String question, boolean stream) {
        return post(
                "/v1/messages",
                "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":4000,\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}");
    }

    private StreamScript messages(Map<String, String> headers) {
        return routes.answer(
                received(
                        "POST",
                        "/v1/messages",
                        headers,
                        "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"));
    }

    private static String content(StreamScript answer) {
        String body = Answers.text(answer);
        return body.substring(body.indexOf("\"content\""), body.indexOf("\"usage\""));
    }

    private StreamScript post(String path, String body) {
        return routes.answer(received("POST", path, KEY, body));
    }

    private StreamScript get(String path) {
        return routes.answer(received("GET", path, KEY, ""));
    }

    private static SimulatorRequest received(String method, String path, Map<String, String> headers, String body) {
        return new SimulatorRequest(
                method, path, Map.of(), headers, body.getBytes(StandardCharsets.UTF_8), "HTTP/1.1", "c");
    }
}
