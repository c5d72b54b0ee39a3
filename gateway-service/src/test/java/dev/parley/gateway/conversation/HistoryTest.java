package dev.parley.gateway.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.json.RawJson;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.request.RequestSettings;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HistoryTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    @Test
    void consistsOfTheMessagesOfTheRequestAndTheAnswerWithoutEmptyText() {
        assertThat(after("""
                        {"id":"msg_1","role":"assistant","model":"m","usage":{"output_tokens":3},"content":[
                          {"type":"text","text":""},
                          {"type":"thinking","thinking":"Hm.","signature":"s"},
                          {"type":"tool_use","id":"t1","name":"look","input":{"at":7}}]}""")).isEqualTo("""
                        [{"role":"user","content":"Why?"},{"role":"assistant","content":[\
                        {"type":"thinking","thinking":"Hm.","signature":"s"},\
                        {"type":"tool_use","id":"t1","name":"look","input":{"at":7}}]}]""");
    }

    /** The token limit or a refusal has cut it. */
    @Test
    void omitsThinkingWithoutSignature() {
        assertThat(after("""
                        {"content":[
                          {"type":"redacted_thinking","data":"d"},
                          {"type":"thinking","thinking":"Hm.","signature":""},
                          {"type":"thinking","thinking":"Hm."},
                          {"type":"text","text":"So."}]}""")).isEqualTo("""
                        [{"role":"user","content":"Why?"},{"role":"assistant","content":[\
                        {"type":"redacted_thinking","data":"d"},{"type":"text","text":"So."}]}]""");
    }

    @Test
    void omitsThinkingAtTheEnd() {
        assertThat(after("""
                        {"content":[
                          {"type":"text","text":"So."},
                          {"type":"thinking","thinking":"Hm.","signature":"s"},
                          {"type":"redacted_thinking","data":"d"},
                          {"type":"text","text":" "}]}""")).isEqualTo("""
                        [{"role":"user","content":"Why?"},\
                        {"role":"assistant","content":[{"type":"text","text":"So."}]}]""");
    }

    /** The token limit has cut it. */
    @Test
    void containsAnIncompleteInputOfAToolAsAnObject() {
        assertThat(after("""
                        {"id":"msg_1","role":"assistant","model":"m","content":[
                          {"type":"tool_use","id":"t1","name":"look","input":{},"partial_json":"{\\"at\\":"}]}""")).isEqualTo("""
                        [{"role":"user","content":"Why?"},{"role":"assistant","content":[\
                        {"type":"tool_use","id":"t1","name":"look","input":{"INVALID_JSON":"{\\"at\\":"}}]}]""");
    }

    /** Claude writes JSON without checking it. */
    @ParameterizedTest
    @MethodSource("inputsThatNoRequestMayContain")
    void containsAnInputThatNoRequestMayContainAsText(String input) {
        assertThat(continued(input).at("/messages/1/content/0/input"))
                .isEqualTo(JSON.createObjectNode().put("INVALID_JSON", input));
    }

    private static Stream<String> inputsThatNoRequestMayContain() {
        return Stream.of(
                "[1]",
                "\"here\"",
                "{\"at\":" + "9".repeat(309) + "}",
                "{\"at\":\"\\uD83D\"}",
                "{\"at\":".repeat(476) + "1" + "}".repeat(476));
    }

    @Test
    void keepsTheDeepestInputThatARequestMayContain() {
        String input = "{\"at\":".repeat(475) + "1" + "}".repeat(475);
        assertThat(continued(input).at("/messages/1/content/0/input")).isEqualTo(JSON.readTree(input));
    }

    /** The request that follows a call with an input. */
    private static JsonNode continued(String input) {
        List<RawJson> messages = History.after(
                        GENERATION,
                        "m",
                        Optional.empty(),
                        RawJson.of(JSON.readTree("{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}")),
                        JSON.readTree("{\"content\":[{\"type\":\"tool_use\",\"input\":" + input + "}]}"))
                .messages();
        RequestParser parser = new RequestParser(JSON, new RequestSettings(35, Set.of()));
        Accepted next = (Accepted) parser.parse("""
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"So?"}]}""".getBytes(UTF_8));
        return ((Accepted) parser.parse(parser.continuing(messages, next))).json();
    }

    @Test
    void endsWithTheLastAnswer() {
        History history = History.after(
                GENERATION,
                "auto",
                Optional.of(GENERATION),
                RawJson.of(JSON.readTree("{\"messages\":[]}")),
                JSON.readTree("{\"model\":\"cheap\",\"stop_reason\":\"max_tokens\",\"content\":[]}"));

        assertThat(history.last())
                .contains(new LastAnswer(GENERATION, "auto", "cheap", "max_tokens", Optional.of(GENERATION)));
    }

    /** A history may wait long for the body of its request. */
    @Test
    void keepsNothingReachableBesidesTheMessages() {
        RawJson request = RawJson.of(
                JSON.readTree("{\"system\":\"%s\",\"messages\":[{\"role\":\"user\"}]}".formatted("x".repeat(1000))));
        RawJson message = History.after(GENERATION, "m", Optional.empty(), request, JSON.readTree("{}"))
                .messages()
                .getFirst();
        assertThat(message).hasToString("{\"role\":\"user\"}");
        assertThat(message.bytes()).isSameAs(message.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"\"}",
                "{\"type\":\"text\",\"text\":\"\\n\\n \"}",
                "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"\"}",
                "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"s\"}"
            })
    void omitsAnAnswerWithoutTextOrCalls(String block) {
        assertThat(after("{\"content\":[" + block + "]}")).isEqualTo("[{\"role\":\"user\",\"content\":\"Why?\"}]");
    }

    /** Claude accepts four marks in a request, and clients mark the last message of each. */
    @Test
    void omitsMarksForThePromptCache() {
        RawJson request = RawJson.of(JSON.readTree("""
                {"messages":[
                  {"role":"user","content":"What is cache_control?"},
                  {"role":"assistant","content":[
                    {"type":"tool_use","id":"t1","name":"look","input":{"cache_control":{"type":"ephemeral"}},
                     "cache_control":{"type":"ephemeral"}}]},
                  {"role":"user","content":[
                    {"type":"tool_result","tool_use_id":"t1","cache_control":{"type":"ephemeral","ttl":"1h"},"content":[
                      {"type":"text","text":"7","cache_control":{"type":"ephemeral"}}]},
                    {"type":"document","source":{"type":"content","content":[
                      {"type":"text","text":"8","cache_control":{"type":"ephemeral"}}]}}]}]}"""));
        assertThat(JSON.readTree(JSON.writeValueAsString(
                        History.after(GENERATION, "m", Optional.empty(), request, JSON.readTree("{}"))
                                .messages())))
                .isEqualTo(JSON.readTree("""
                [{"role":"user","content":"What is cache_control?"},
                 {"role":"assistant","content":[
                   {"type":"tool_use","id":"t1","name":"look","input":{"cache_control":{"type":"ephemeral"}}}]},
                 {"role":"user","content":[
                   {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"7"}]},
                   {"type":"document","source":{"type":"content","content":[{"type":"text","text":"8"}]}}]}]"""));
    }

    /** Claude checks that what precedes thinking is what it was produced with. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ,"system":"It is Monday.","tools":[{"name":"f"}]                                            | true
            , "tools": [ {"name": "f"} ], "system": "It is \\u004donday."                              | true
            ,"system":"It is Monday.","tools":[{"name":"f","cache_control":{"type":"ephemeral"}}]       | true
            ,"system":"It is Tuesday.","tools":[{"name":"f"}]                                           | false
            ,"system":"It is Monday.","tools":[{"name":"f"},{"name":"g"}]                               | false
            ,"system":"It is Monday.","tools":[{"name":"f","input_schema":{"cache_control":1}}]         | false
            ,"system":"It is Monday."                                                                   | false
            ,"tools":[{"name":"f"}]                                                                     | false
            ,"system":"It is Tuesday.","thinking":{"type":"adaptive"}                                   | false
            ,"system":"It is Tuesday.","thinking":{"type":"enabled","budget_tokens":1024}               | true
            """)
    void omitsThinkingBehindAnotherSystemPromptOrOtherTools(String parameters, boolean kept) {
        History history =
                History.after(GENERATION, "m", Optional.empty(), RawJson.of(JSON.readTree("""
                        {"system":"It is Monday.","tools":[{"name":"f"}],"messages":[
                          {"role":"user","content":"What is thinking?"},
                          {"role":"assistant","content":[
                            {"type":"redacted_thinking","data":"d"},{"type":"text","text":"It is thinking."}]},
                          {"role":"user","content":"Sure?"}]}""")), JSON.readTree("""
                        {"content":[
                          {"type":"thinking","thinking":"","signature":"s"},
                          {"type":"tool_use","id":"t1","name":"f","input":{"type":"thinking"}}]}"""));
        String earlier = kept ? "{\"type\":\"redacted_thinking\",\"data\":\"d\"}," : "";
        String last = kept ? "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s\"}," : "";

        assertThat(JSON.writeValueAsString(history.before(request(parameters))))
                .isEqualTo("""
                [{"role":"user","content":"What is thinking?"},\
                {"role":"assistant","content":[%s{"type":"text","text":"It is thinking."}]},\
                {"role":"user","content":"Sure?"},\
                {"role":"assistant","content":[%s\
                {"type":"tool_use","id":"t1","name":"f","input":{"type":"thinking"}}]}]""".formatted(earlier, last));
    }

    /** Those of the history are read from text, those of the request from its tree. */
    @Test
    void keepsThinkingBehindToolsWithAnyNumbers() {
        String tools = """
                ,"tools":[{"name":"f","input_schema":{"enum":[
                  0,-0,-0.0,0.50,1e2,1E+2,100,1e-7,12345678901234567890123,0.1000000000000000055511151231257827]}}]""";
        byte[] first = """
                {"messages":[{"role":"user","content":"Why?"}]%s}""".formatted(tools).getBytes(UTF_8);
        History history = History.after(
                GENERATION, "m", Optional.empty(), RawJson.of(first).orElseThrow(), JSON.readTree("""
                        {"content":[
                          {"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"text","text":"So."}]}"""));

        assertThat(history.before(request(tools))).isSameAs(history.messages());
    }

    /** It may be behind the system prompts and tools of several requests. */
    @ParameterizedTest
    @CsvSource({"'', false", "',\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}', true"})
    void omitsThinkingThatARequestOfTheTypeEnabledHas(String parameters, boolean kept) {
        History history =
                History.after(GENERATION, "m", Optional.empty(), RawJson.of(JSON.readTree("""
                        {"thinking":{"budget_tokens":1024,"type":"enabled"},"messages":[
                          {"role":"user","content":"Why?"},
                          {"role":"assistant","content":[
                            {"type":"redacted_thinking","data":"d"},{"type":"text","text":"So."}]},
                          {"role":"user","content":"Sure?"}]}""")), JSON.readTree("""
                        {"content":[{"type":"text","text":"Yes."}]}"""));

        assertThat(JSON.writeValueAsString(history.before(request(parameters))).contains("redacted_thinking"))
                .isEqualTo(kept);
    }

    private static Accepted request(String parameters) {
        return (Accepted) new RequestParser(JSON, new RequestSettings(35, Set.of()))
                .parse("""
                {"model":"m","max_tokens":1%s,"messages":[{"role":"user","content":"So?"}]}""".formatted(parameters).getBytes(UTF_8));
    }

    private static String after(String answer) {
        return JSON.writeValueAsString(History.after(
                        GENERATION,
                        "auto",
                        Optional.empty(),
                        RawJson.of(JSON.readTree(
                                "{\"system\":\"Be brief.\",\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}")),
                        JSON.readTree(answer))
                .messages());
    }
}
