package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.json.RawJson;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    /** The token limit has cut it. */
    @Test
    void containsAnIncompleteInputOfAToolAsAnObject() {
        assertThat(after("""
                        {"id":"msg_1","role":"assistant","model":"m","content":[
                          {"type":"tool_use","id":"t1","name":"look","input":{},"partial_json":"{\\"at\\":"}]}""")).isEqualTo("""
                        [{"role":"user","content":"Why?"},{"role":"assistant","content":[\
                        {"type":"tool_use","id":"t1","name":"look","input":{"INVALID_JSON":"{\\"at\\":"}}]}]""");
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

    @Test
    void omitsAnEmptyAnswer() {
        assertThat(after("{\"content\":[{\"type\":\"text\",\"text\":\"\"}]}"))
                .isEqualTo("[{\"role\":\"user\",\"content\":\"Why?\"}]");
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
