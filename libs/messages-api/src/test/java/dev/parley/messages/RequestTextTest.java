package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class RequestTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            { "messages": [ ] , "model" : "m" }                   | { "messages": [ 7] , "model" : "n" }
            {"model":"m","messages":[{"role":"user"}],"x":[[1]]}  | {"model":"n","messages":[{"role":"user"},7],"x":[[1]]}
            {"messages":[1,[2] ]}                                 | {"model":"n","messages":[1,[2] ,7]}
            {"ä":{"model":"m"},"messages":["ä"],"model":{"m":1}}  | {"ä":{"model":"m"},"messages":["ä",7],"model":"n"}
            """)
    void changesTheModelAndAddsAMessage(String before, String after) {
        RequestText text = new RequestText(before.getBytes(UTF_8));
        text.addMessage(bytes("7"));
        text.model(bytes("\"n\""));
        assertThat(text.changed()).asString(UTF_8).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"thinking" : { "type":"disabled" } ,"messages":[]}         | disabled | {"thinking" : {} ,"messages":[]}
            {"thinking":{"a":{"type":"b"},"type":"enabled","c":[1]}}    | enabled  | {"thinking":{}}
            {"thinking":{"type":["disabled"]},"x":{"type":"disabled"}}  | ``       | {"thinking":{},"x":{"type":"disabled"}}
            """)
    void replacesThinking(String before, String type, String after) {
        RequestText text = new RequestText(bytes(before));
        assertThat(text.thinkingType()).isEqualTo(type);
        text.thinking(bytes("{}"));
        assertThat(text.changed()).asString(UTF_8).isEqualTo(after);
    }

    @Test
    void addsTwoMessages() {
        RequestText text = new RequestText(bytes("{\"model\":\"m\",\"messages\":[]}"));
        text.addMessage(bytes("1"));
        text.addMessage(bytes("2"));
        assertThat(text.changed()).asString(UTF_8).isEqualTo("{\"model\":\"m\",\"messages\":[1,2]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"assistant","content":"a\\""}]}        | STRING      | {"messages":[{"role":"assistant","content":"a\\"+"}]}
            {"messages":[{"content" : "é" , "role":"assistant"} ]}      | STRING      | {"messages":[{"content" : "é+" , "role":"assistant"} ]}
            {"messages":[{"role":"assistant","content":[ ]}]}           | EMPTY_ARRAY | {"messages":[{"role":"assistant","content":[ +]}]}
            {"messages":[0,{"role":"assistant","content":[{"a":[]}]}]}  | ARRAY       | {"messages":[0,{"role":"assistant","content":[{"a":[]},+]}]}
            """)
    void appendsToAnAssistantMessage(String before, RequestText.Content content, String after) {
        RequestText text = new RequestText(before.getBytes(UTF_8));
        assertThat(text.openContent()).isEqualTo(content);
        text.addContent(bytes("+"));
        assertThat(text.changed()).asString(UTF_8).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[]}",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"a\"}]}",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":null}]}",
                "{\"messages\":[{\"role\":[\"assistant\"],\"content\":\"a\"}]}",
                "{\"messages\":[[\"assistant\"]]}"
            })
    void returnsNothingForOtherMessages(String request) {
        assertThat(new RequestText(bytes(request)).openContent()).isEqualTo(RequestText.Content.OTHER);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"output_config":{"effort":"low","format":{"type":"json_schema"}},"model":"m"} | true
            {"output_format":{"type":"json_schema"},"model":"m"}                           | true
            {"output_config":{"effort":"low","format":null},"model":"m"}                   | false
            {"output_config":{"effort":{"format":1}},"output_format":null,"model":"m"}     | false
            {"output_config":"format","messages":[{"output_format":1}],"model":"m"}        | false
            """)
    void tellsWhetherTheAnswerHasAFormat(String request, boolean expected) {
        RequestText text = new RequestText(bytes(request));
        assertThat(text.hasFormat()).isEqualTo(expected);
        text.model(bytes("1"));
        assertThat(text.changed()).asString(UTF_8).isEqualTo(request.replace("\"m\"", "1"));
    }

    @Test
    void changesMaxTokens() {
        RequestText text = new RequestText(bytes("{\"max_tokens\": 100 ,\"messages\":[]}"));
        assertThat(text.tokensMax()).hasValue(100);
        text.tokensMax(bytes("7"));
        assertThat(text.changed()).asString(UTF_8).isEqualTo("{\"max_tokens\": 7 ,\"messages\":[]}");
        assertThat(new RequestText(bytes("{\"max_tokens\":1e2,\"messages\":[]}")).tokensMax())
                .isEmpty();
        assertThat(new RequestText(bytes("{\"max_tokens\":9999999999,\"messages\":[]}")).tokensMax())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"thinking":{"type":"enabled","budget_tokens":1024}} | 1024
            {"thinking":{"budget_tokens":7,"x":{"budget_tokens":8}},"budget_tokens":9} | 7
            {"thinking":{"budget_tokens":"7"}}                   | 0
            {"thinking":{"budget_tokens":9999999999}}            | 0
            {"thinking":{"type":"adaptive"}}                     | 0
            {"thinking":[7]}                                     | 0
            {"messages":[]}                                      | 0
            """)
    void findsTheBudgetForThinking(String request, int tokensMax) {
        assertThat(new RequestText(bytes(request)).thinkingTokensMax()).isEqualTo(tokensMax);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model":"auto","messages":[]}                       | {"model":"claude-s","messages":[]}
            {"system":"Ä", "model" : "\\u0061uto" , "x":{"model":"auto"}} | {"system":"Ä", "model" : "claude-s" , "x":{"model":"auto"}}
            {"x":{"model":"auto"},"model":"auto"}                | {"x":{"model":"auto"},"model":"claude-s"}
            {"model":"claude-x"}                                 | {"model":"claude-x"}
            {"model":7}                                          | {"model":7}
            {"messages":[]}                                      | {"messages":[]}
            ["auto"]                                             | ["auto"]
            """)
    void replacesOneModelByAnother(String request, String expected) {
        byte[] replaced = RequestText.withModel(bytes(request), name -> name.equals("auto") ? "claude-s" : name);
        assertThat(replaced).asString(UTF_8).isEqualTo(expected);
    }

    /** Else Claude, whose parser may accept it, would get a model that was not checked. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":", "{\"x\":NaN,\"model\":\"m\"}", "{\"x\":\"\u0001\"}"})
    void refusesWhatIsNoJson(String request) {
        assertThatThrownBy(() -> RequestText.withModel(bytes(request), name -> name))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void aMessageIsAddedToMessages() {
        RequestText text = new RequestText(bytes("{\"model\":\"m\"}"));
        assertThatThrownBy(() -> text.addMessage(bytes("7"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RequestText(bytes("{\"messages\":["))).isInstanceOf(JacksonException.class);
    }

    @Test
    void doesNotParseTheRequestIntoATree() {
        byte[] request = bytes("{\"model\":\"m\",\"messages\":[" + "{\"\":0},".repeat(300_000) + "0]}");
        long before = allocated();
        RequestText text = new RequestText(request);
        text.model(bytes("\"n\""));
        text.changed();
        assertThat(allocated() - before).isLessThan(6L * request.length);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
