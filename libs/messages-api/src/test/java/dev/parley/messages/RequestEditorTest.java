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

class RequestEditorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            { "messages": [ ] , "model" : "m" }                   | { "messages": [ 7] , "model" : "n" }
            {"model":"m","messages":[{"role":"user"}],"x":[[1]]}  | {"model":"n","messages":[{"role":"user"},7],"x":[[1]]}
            {"messages":[1,[2] ]}                                 | {"model":"n","messages":[1,[2] ,7]}
            {"ä":{"model":"m"},"messages":["ä"],"model":{"m":1}}  | {"ä":{"model":"m"},"messages":["ä",7],"model":"n"}
            """)
    void changesTheModelAndAddsAMessage(String before, String after) {
        RequestEditor editor = new RequestEditor(before.getBytes(UTF_8));
        editor.addMessage(bytes("7"));
        editor.replaceModel(bytes("\"n\""));
        assertThat(editor.edited()).asString(UTF_8).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"thinking" : { "type":"disabled" } ,"messages":[]}         | disabled | {"thinking" : {} ,"messages":[]}
            {"thinking":{"a":{"type":"b"},"type":"enabled","c":[1]}}    | enabled  | {"thinking":{}}
            {"thinking":{"type":["disabled"]},"x":{"type":"disabled"}}  | ``       | {"thinking":{},"x":{"type":"disabled"}}
            """)
    void replacesThinking(String before, String type, String after) {
        RequestEditor editor = new RequestEditor(bytes(before));
        assertThat(editor.thinkingType()).isEqualTo(type);
        editor.replaceThinking(bytes("{}"));
        assertThat(editor.edited()).asString(UTF_8).isEqualTo(after);
    }

    @Test
    void addsTwoMessages() {
        RequestEditor editor = new RequestEditor(bytes("{\"model\":\"m\",\"messages\":[]}"));
        editor.addMessage(bytes("1"));
        editor.addMessage(bytes("2"));
        assertThat(editor.edited()).asString(UTF_8).isEqualTo("{\"model\":\"m\",\"messages\":[1,2]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"assistant","content":"a\\""}]}        | STRING      | {"messages":[{"role":"assistant","content":"a\\"+"}]}
            {"messages":[{"content" : "é" , "role":"assistant"} ]}      | STRING      | {"messages":[{"content" : "é+" , "role":"assistant"} ]}
            {"messages":[{"role":"assistant","content":[ ]}]}           | EMPTY_ARRAY | {"messages":[{"role":"assistant","content":[ +]}]}
            {"messages":[0,{"role":"assistant","content":[{"a":[]}]}]}  | ARRAY       | {"messages":[0,{"role":"assistant","content":[{"a":[]},+]}]}
            """)
    void appendsToAnAssistantMessage(String before, RequestEditor.Content content, String after) {
        RequestEditor editor = new RequestEditor(before.getBytes(UTF_8));
        assertThat(editor.openContent()).isEqualTo(content);
        editor.addContent(bytes("+"));
        assertThat(editor.edited()).asString(UTF_8).isEqualTo(after);
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
        assertThat(new RequestEditor(bytes(request)).openContent()).isEqualTo(RequestEditor.Content.OTHER);
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
        RequestEditor editor = new RequestEditor(bytes(request));
        assertThat(editor.hasFormat()).isEqualTo(expected);
        editor.replaceModel(bytes("1"));
        assertThat(editor.edited()).asString(UTF_8).isEqualTo(request.replace("\"m\"", "1"));
    }

    @Test
    void changesMaxTokens() {
        RequestEditor editor = new RequestEditor(bytes("{\"max_tokens\": 100 ,\"messages\":[]}"));
        assertThat(editor.maxTokens()).hasValue(100);
        editor.replaceMaxTokens(bytes("7"));
        assertThat(editor.edited()).asString(UTF_8).isEqualTo("{\"max_tokens\": 7 ,\"messages\":[]}");
        assertThat(new RequestEditor(bytes("{\"max_tokens\":1e2,\"messages\":[]}")).maxTokens())
                .isEmpty();
        assertThat(new RequestEditor(bytes("{\"max_tokens\":9999999999,\"messages\":[]}")).maxTokens())
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
        assertThat(new RequestEditor(bytes(request)).thinkingBudget()).isEqualTo(tokensMax);
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
        byte[] replaced = RequestEditor.withModel(bytes(request), name -> name.equals("auto") ? "claude-s" : name);
        assertThat(replaced).asString(UTF_8).isEqualTo(expected);
    }

    /** Else Claude, whose parser may accept it, would get a model that was not checked. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":", "{\"x\":NaN,\"model\":\"m\"}", "{\"x\":\"\u0001\"}"})
    void refusesWhatIsNoJson(String request) {
        assertThatThrownBy(() -> RequestEditor.withModel(bytes(request), name -> name))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void aMessageIsAddedToMessages() {
        RequestEditor editor = new RequestEditor(bytes("{\"model\":\"m\"}"));
        assertThatThrownBy(() -> editor.addMessage(bytes("7"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RequestEditor(bytes("{\"messages\":["))).isInstanceOf(JacksonException.class);
    }

    @Test
    void doesNotParseTheRequestIntoATree() {
        byte[] request = bytes("{\"model\":\"m\",\"messages\":[" + "{\"\":0},".repeat(300_000) + "0]}");
        long before = allocated();
        RequestEditor editor = new RequestEditor(request);
        editor.replaceModel(bytes("\"n\""));
        editor.edited();
        assertThat(allocated() - before).isLessThan(6L * request.length);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
