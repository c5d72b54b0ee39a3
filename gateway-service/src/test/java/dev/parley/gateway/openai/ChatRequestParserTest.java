package dev.parley.gateway.openai;

import static dev.parley.testing.Allocations.allocated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.json.HeapEstimate;
import dev.parley.gateway.model.AliasSettings;
import dev.parley.gateway.model.Effort;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.model.ModelSettings;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatRequestParserTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    /** {@code fixed} accepts no sampling parameters, forced tools or prefill, {@code plain} no effort, {@code earlier} some levels. */
    private static final Models MODELS = new Models(
            List.of(
                    model("fixed", false, Effort.values()),
                    model("plain", true),
                    model("earlier", true, Effort.LOW, Effort.HIGH, Effort.MAX)),
            new ModelAliases(List.of(new AliasSettings("auto", "Auto", "strong", "cheaper"))));

    private final ChatRequestParser parser = parser(false);
    private final ChatRequestParser lenient = parser(true);

    private static ModelSettings model(String id, boolean sampling, Effort... effort) {
        return new ModelSettings(id, id, Instant.EPOCH, sampling, List.of(effort), sampling, sampling);
    }

    private static ChatRequestParser parser(boolean lenient) {
        return new ChatRequestParser(JSON, new OpenAiSettings(5000, lenient), MODELS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "stop":"END"                                      | "stop_sequences":["END"]
            "stop":["a","b"]                                  | "stop_sequences":["a","b"]
            "temperature":0.2,"top_p":0.5                     | "temperature":0.2,"top_p":0.5
            "temperature":0                                   | "temperature":0
            "temperature":1,"top_p":1.0                       | ``
            "stop":[" a"]                                     | "stop_sequences":[" a"]
            "stop":null,"temperature":null,"user":null        | ``
            "stop":[],"tools":[]                              | ``
            "n":1,"logprobs":false,"top_logprobs":0           | ``
            "presence_penalty":0,"frequency_penalty":0.0      | ``
            "logit_bias":{},"store":false                     | ``
            "modalities":["text"],"service_tier":"auto"       | ``
            "verbosity":"medium","function_call":"none"       | ``
            "seed":7,"prompt_cache_key":"k"                   | ``
            "response_format":{"type":"text"}                 | ``
            "reasoning_effort":"high"                         | "output_config":{"effort":"high"}
            "reasoning_effort":"minimal"                      | "output_config":{"effort":"low"}
            "reasoning_effort":"xhigh"                        | "output_config":{"effort":"xhigh"}
            "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}} | "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}
            "response_format":{"type":"json_schema","json_schema":{"schema":{"type":"integer","minimum":1}}} | "output_config":{"format":{"type":"json_schema","schema":{"type":"integer","description":"{minimum: 1}"}}}
            "response_format":{"type":"json_schema","json_schema":{"description":"d","schema":{"type":"integer","minimum":1}}} | "output_config":{"format":{"type":"json_schema","schema":{"type":"integer","description":"d\\n\\n{minimum: 1}"}}}
            "response_format":{"type":"json_schema","json_schema":{"description":"d","schema":{"type":"object","description":null}}} | "output_config":{"format":{"type":"json_schema","schema":{"type":"object","description":"d"}}}
            "response_format":{"type":"json_schema","json_schema":{"description":"d","schema":{"type":"object","description":"own"}}} | "output_config":{"format":{"type":"json_schema","schema":{"type":"object","description":"own"}}}
            "response_format":{"type":"json_schema","json_schema":{"description":" ","schema":{"type":"object"}}} | "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}
            "parallel_tool_calls":false                       | ``
            """)
    void translatesParameters(String parameter, String expected) {
        assertThat(translated("{\"model\":\"m\",\"max_tokens\":9," + HI + "," + parameter + "}"))
                .isEqualTo(JSON.readTree("{\"model\":\"m\",\"max_tokens\":9,\"stream\":true," + HI
                        + (expected.isEmpty() ? "" : "," + expected) + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "user":"ada@example.com"                          | ada@example.com
            "safety_identifier":"s"                           | s
            "metadata":{"user_id":"m","chapter":"3"}          | m
            """)
    void sendsClaudeTheHashOfTheUser(String parameter, String user) {
        Accepted accepted = accepted("{\"model\":\"m\"," + HI + "," + parameter + "}");
        assertThat(accepted.user()).isEqualTo(user);
        assertThat(accepted.json().path("metadata"))
                .isEqualTo(JSON.createObjectNode().put("user_id", Sha256.of(user)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                | {"type":"auto"}                                   | no
            "tool_choice":"auto"                              | {"type":"auto"}                                   | yes
            "tool_choice":"none"                              | {"type":"none"}                                   | yes
            "tool_choice":"required"                          | {"type":"any"}                                    | yes
            "tool_choice":{"type":"function","function":{"name":"f"}} | {"type":"tool","name":"f"}                | yes
            "parallel_tool_calls":true                        | {"type":"auto"}                                   | no
            "parallel_tool_calls":false                       | {"type":"auto","disable_parallel_tool_use":true}  | yes
            "tool_choice":"required","parallel_tool_calls":false | {"type":"any","disable_parallel_tool_use":true} | yes
            "tool_choice":"none","parallel_tool_calls":false  | {"type":"none"}                                   | yes
            """)
    void translatesToolChoice(String parameters, String choice, String written) {
        JsonNode claude = translated("""
                {"model":"m",%s,"tools":[{"type":"function","function":{"name":"f"}}]%s}""".formatted(HI, parameters.isEmpty() ? "" : "," + parameters));
        if (written.equals("yes")) {
            assertThat(claude.path("tool_choice")).isEqualTo(JSON.readTree(choice));
        } else {
            assertThat(claude.has("tool_choice")).as("the default is omitted").isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "tool_choice":"required"                                  | {"type":"auto"}                                  | ignored: tool_choice
            "tool_choice":{"type":"function","function":{"name":"f"}} | {"type":"auto"}                                  | ignored: tool_choice
            "tool_choice":"required","parallel_tool_calls":false      | {"type":"auto","disable_parallel_tool_use":true} | ignored: tool_choice
            "tool_choice":"auto"                                      | {"type":"auto"}                                  | ``
            "tool_choice":"none"                                      | {"type":"none"}                                  | ``
            "parallel_tool_calls":false                               | {"type":"auto","disable_parallel_tool_use":true} | ``
            """)
    void ignoresAForcedToolChoiceThatAModelRejects(String parameters, String choice, String warning) {
        Accepted accepted = (Accepted) lenient.parse(forced(parameters).getBytes(UTF_8));
        assertThat(accepted.json().path("tool_choice")).isEqualTo(JSON.readTree(choice));
        assertThat(accepted.warning()).isEqualTo(warning.isEmpty() ? "" : "299 - \"" + warning + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tool_choice\":\"required\"",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"
            })
    void refusesAForcedToolChoiceThatAModelRejectsUnlessLenient(String parameter) {
        assertRejected(forced(parameter), "tool_choice", "unsupported_value");
    }

    private static String forced(String parameters) {
        return "{\"model\":\"fixed\"," + HI + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
                + parameters + "}";
    }

    @Test
    void translatesTools() {
        JsonNode claude = translated("""
                {"model":"m",%s,"tools":[
                  {"type":"function","function":{"name":"f","description":"d","strict":true,
                    "parameters":{"type":"object","properties":{"x":{"type":"integer"}}}}},
                  {"type":"function","function":{"name":"g","strict":false}},
                  {"type":"function","function":{"name":"h","strict":true}},
                  {"type":"function","function":{"name":"i",
                    "parameters":{"type":"object","properties":{"x":{"type":"integer","minimum":1}}}}}]}""".formatted(HI));
        assertThat(claude.path("tools")).isEqualTo(JSON.readTree("""
                [{"name":"f","description":"d","strict":true,
                  "input_schema":{"type":"object","properties":{"x":{"type":"integer"}},"additionalProperties":false}},
                 {"name":"g","input_schema":{"type":"object","properties":{}}},
                 {"name":"h","strict":true,
                  "input_schema":{"type":"object","properties":{},"additionalProperties":false}},
                 {"name":"i","input_schema":{"type":"object","properties":{"x":{"type":"integer","minimum":1}}}}]"""));
    }

    /** Claude refuses a request whose strict schemas together exceed one of them, and some clients make all their tools strict. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            20 | {"r":{}}                                              | {}                                      | true
            21 | {"r":{}}                                              | {}                                      | false
            6  | {"a":{},"b":{},"c":{},"d":{}}                         | {}                                      | true
            5  | {"a":{},"b":{},"c":{},"d":{},"e":{}}                  | {}                                      | false
            6  | {"a":{},"b":{},"r":{"items":{"properties":{"c":{},"d":{}}}}} | {}                               | true
            5  | {"a":{},"b":{},"r":{"items":{"properties":{"c":{},"d":{},"e":{}}}}} | {}                        | false
            6  | {"a":{},"b":{},"c":{},"d":{}}                         | {"properties":{"r":{}},"required":["r"]} | true
            6  | {"a":{},"b":{},"c":{},"d":{}}                         | {"properties":{"r":{}}}                 | false
            16 | {"r":{"type":["string","null"]}}                      | {}                                      | true
            17 | {"r":{"type":["string","null"]}}                      | {}                                      | false
            17 | {"r":{"oneOf":[{"type":"string"},{"type":"null"}]}}   | {}                                      | false
            8  | {"r":{"anyOf":[{"type":["string","null"]}]}}          | {}                                      | true
            8  | {"r":{"anyOf":[{"type":["string","null"]}]}}          | {"anyOf":[{"type":"string"}]}           | false
            """)
    void noToolIsStrictBeyondTheLimitsOfARequest(int tools, String properties, String format, boolean strict) {
        Accepted accepted =
                (Accepted) lenient.parse(strictTools(tools, properties, format).getBytes(UTF_8));
        assertThat(accepted.json().path("tools"))
                .hasSize(tools)
                .allSatisfy(tool ->
                        assertThat(tool.path("strict").booleanValue(false)).isEqualTo(strict));
        assertThat(accepted.warning()).isEqualTo(strict ? "" : "299 - \"ignored: tools[].strict\"");
    }

    @Test
    void toolsThatAreNotStrictDoNotCount() {
        String unions = "{\"r\":{\"type\":[\"string\",\"null\"]}}";
        String other = strictTools(17, unions, "{}").replaceFirst("true", "false");
        assertThat(((Accepted) lenient.parse(other.getBytes(UTF_8))).warning()).isEmpty();

        String none = strictTools(
                1, unions, "{\"properties\":" + "{\"a\":{\"properties\":".repeat(25) + "{}" + "}}".repeat(25) + "}");
        assertThat(((Accepted) lenient.parse(none.replace("true", "false").getBytes(UTF_8))).warning())
                .as("for a response format that Claude refuses")
                .isEmpty();
    }

    @Test
    void aToolThatMayNotBeStrictKeepsItsSchema() {
        String body = strictTools(21, "{\"r\":{\"type\":\"integer\",\"minimum\":1}}", "{}");
        assertThat(((Accepted) lenient.parse(body.getBytes(UTF_8))).json().at("/tools/0/input_schema"))
                .isEqualTo(JSON.readTree(body).at("/tools/0/function/parameters"));
    }

    @Test
    void refusesStrictToolsBeyondTheLimitsOfARequestUnlessLenient() {
        assertRejected(strictTools(21, "{\"r\":{}}", "{}"), "tools[].strict", "unsupported_value");
    }

    /** @param properties those of each tool, of which only {@code r} is required */
    private static String strictTools(int number, String properties, String format) {
        String tool = """
                {"type":"function","function":{"name":"f","strict":true,
                  "parameters":{"type":"object","properties":%s,"required":["r"]}}}""".formatted(properties);
        return """
                {"model":"m",%s,"tools":[%s],"response_format":{"type":"json_schema","json_schema":{"schema":%s}}}""".formatted(HI, String.join(",", Collections.nCopies(number, tool)), format);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"user","content":"hi","name":"ada"}                              | {"role":"user","content":"hi"}
            {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":""}]} | {"role":"user","content":[{"type":"text","text":"a"}]}
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/b.png","detail":"low"}}]} | {"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]}
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]} | {"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}}]} | {"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}}]}
            {"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}]} | {"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AAAA"},"title":"a.pdf"}]}
            {"role":"assistant","content":"so"}                                      | {"role":"assistant","content":"so"}
            {"role":"assistant","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"b"}]} | {"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}
            {"role":"assistant","content":null,"refusal":"no"}                       | {"role":"assistant","content":"no"}
            {"role":"assistant","refusal":"no"}                                      | {"role":"assistant","content":"no"}
            {"role":"assistant","content":" ","refusal":"no"}                        | {"role":"assistant","content":"no"}
            {"role":"assistant","content":[{"type":"text","text":""}],"refusal":"no"} | {"role":"assistant","content":"no"}
            {"role":"assistant","content":"a","refusal":null}                        | {"role":"assistant","content":"a"}
            {"role":"assistant","content":"a","refusal":"no"}                        | {"role":"assistant","content":"a"}
            {"role":"assistant","content":null,"refusal":"no","tool_calls":[{"id":"c1","type":"function","function":{"name":"f"}}]} | {"role":"assistant","content":[{"type":"text","text":"no"},{"type":"tool_use","id":"c1","name":"f","input":{}}]}
            {"role":"assistant","content":"a","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}}]} | {"role":"assistant","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"c1","name":"f","input":{"x":1}}]}
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":""}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]}
            {"role":"assistant","content":"\\n\\n","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":""}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]}
            {"role":"assistant","content":[{"type":"text","text":" "}],"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":""}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]}
            {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":" ","cache_control":{"type":"ephemeral"}}]} | {"role":"user","content":[{"type":"text","text":"a"}]}
            {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\\"x\\":\\"lo"}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"INVALID_JSON":"{\\"x\\":\\"lo"}}]}
            {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\\"x\\":1,\\"x\\":2}"}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"INVALID_JSON":"{\\"x\\":1,\\"x\\":2}"}}]}
            {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"[1]"}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"INVALID_JSON":"[1]"}}]}
            {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\\"x\\":\\"\\\\ud800\\"}"}}]} | {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"INVALID_JSON":"{\\"x\\":\\"\\\\ud800\\"}"}}]}
            {"role":"tool","tool_call_id":"c1","content":"21"}                       | {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"21"}]}
            {"role":"tool","tool_call_id":"c1","content":" \\n"}                      | {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1"}]}
            {"role":"tool","tool_call_id":"c1","content":""}                         | {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1"}]}
            {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":" "}]} | {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1"}]}
            """)
    void translatesAMessage(String message, String expected) {
        assertThat(messages(message)).isEqualTo(JSON.readTree("[" + expected + "]"));
    }

    /** Other providers give calls such ids, and Claude refuses them in a later request (400). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            toolu_01-A         | toolu_01-A
            functions_search_0 | functions_search_0
            functions.search:0 | functions_search_0_85c5207c101d90a5
            functions:search.0 | functions_search_0_46ddd29decbd1b71
            search 😀          | search___58380b615473e082
            """)
    void replacesCharactersThatClaudeRefusesInIdsOfCalls(String id, String sent) {
        JsonNode messages = messages("""
                {"role":"user","content":"a"},
                {"role":"assistant","tool_calls":[{"id":"%1$s","function":{"name":"f"}}]},
                {"role":"tool","tool_call_id":"%1$s","content":"1"}""".formatted(id));
        assertThat(messages.at("/1/content/0/id").stringValue("")).isEqualTo(sent);
        assertThat(messages.at("/2/content/0/tool_use_id").stringValue("")).isEqualTo(sent);
    }

    /** The ids of some providers count anew in each answer. Claude refuses a second call with the same id (400). */
    @Test
    void numbersCallsWithTheSameId() {
        JsonNode messages = messages("""
                {"role":"user","content":"a"},
                {"role":"assistant","tool_calls":[{"id":"f:0","function":{"name":"f"}}]},
                {"role":"tool","tool_call_id":"f:0","content":"1"},
                {"role":"assistant","tool_calls":[{"id":"f:0","function":{"name":"f"}},{"id":"g","function":{"name":"g"}},
                                                  {"id":"g","function":{"name":"g"}}]},
                {"role":"tool","tool_call_id":"f:0","content":"2"},{"role":"tool","tool_call_id":"g","content":"3"},
                {"role":"tool","tool_call_id":"g","content":"4"}""");
        assertThat(ids(messages, 1, "id")).containsExactly("f_0_ebff85250728f0de");
        assertThat(ids(messages, 2, "tool_use_id")).containsExactly("f_0_ebff85250728f0de");
        assertThat(ids(messages, 3, "id")).containsExactly("f_0_ebff85250728f0de_2", "g", "g_2");
        assertThat(ids(messages, 4, "tool_use_id")).containsExactly("f_0_ebff85250728f0de_2", "g", "g_2");
    }

    /** Claude refuses that, as it does if no other call has the id. */
    @Test
    void aCallWithoutAResultDoesNotGetThatOfALaterOne() {
        JsonNode messages = messages("""
                {"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"}}]},
                {"role":"user","content":"b"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"}}]},
                {"role":"tool","tool_call_id":"c","content":"1"}""");
        assertThat(ids(messages, 4, "tool_use_id"))
                .isEqualTo(ids(messages, 3, "id"))
                .containsExactly("c_2");
    }

    private static List<String> ids(JsonNode messages, int message, String name) {
        return messages.path(message)
                .path("content")
                .valueStream()
                .map(block -> block.path(name).stringValue(""))
                .toList();
    }

    @Test
    void mergesConsecutiveToolResults() {
        assertThat(messages("""
                {"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":"2"},
                {"role":"user","content":"so?"},{"role":"tool","tool_call_id":"c","content":"3"}""")).isEqualTo(JSON.readTree("""
                [{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},
                                           {"type":"tool_result","tool_use_id":"b","content":"2"}]},
                 {"role":"user","content":"so?"},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"3"}]}]"""));
    }

    @Test
    void omitsAnEmptyAssistantMessage() {
        assertThat(messages("""
                {"role":"user","content":"a"},{"role":"assistant","content":""},{"role":"assistant","content":null,"refusal":" "},
                {"role":"assistant","content":" \\n"},{"role":"assistant","content":[{"type":"text","text":" "}]},
                {"role":"user","content":"b"}""")).isEqualTo(JSON.readTree("""
                [{"role":"user","content":"a"},{"role":"user","content":"b"}]"""));
    }

    /** Claude refuses a prefill that ends in white space, which other answers may. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "{\\n "                                               | "{"
            [{"type":"text","text":"a "},{"type":"text","text":"b\\n"}] | [{"type":"text","text":"a "},{"type":"text","text":"b"}]
            [{"type":"text","text":"a ","cache_control":{"type":"ephemeral"}}] | [{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]
            """)
    void aPrefillEndsWithoutWhiteSpace(String content, String expected) {
        String answer = "{\"role\":\"assistant\",\"content\":%s}";
        String before = "{\"role\":\"user\",\"content\":\"q \"}," + answer.formatted("\"a \"") + ",";
        assertThat(messages(before + answer.formatted(content)))
                .isEqualTo(JSON.readTree("[" + before + answer.formatted(expected) + "]"));
        String question = before + answer.formatted(content) + ",{\"role\":\"user\",\"content\":\"r \"}";
        assertThat(messages(question)).isEqualTo(JSON.readTree("[" + question + "]"));
    }

    /** Claude answers 400, and requests of agents may end with an answer. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "so "                         | ``
            [{"type":"text","text":"so"}] | ``
            "so"                          | ,{"role":"assistant","content":""},{"role":"system","content":" "}
            """)
    void asksAModelThatRejectsAPrefillToContinue(String content, String more) {
        String answer = "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":" + content + "}";
        String body = "{\"model\":\"fixed\",\"messages\":[" + answer + more + "]}";
        Accepted accepted = (Accepted) lenient.parse(body.getBytes(UTF_8));
        assertThat(accepted.json().path("messages"))
                .isEqualTo(JSON.readTree("[" + answer + ",{\"role\":\"user\",\"content\":\"Continue.\"}]"));
        assertThat(accepted.warning()).isEqualTo("299 - \"ignored: prefill\"");
        assertThat(accepted(body.replace("fixed", "m")).json().path("messages")).hasSize(2);
    }

    @Test
    void refusesAPrefillThatAModelRejectsUnlessLenient() {
        assertRejected(
                "{\"model\":\"fixed\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}",
                "messages[1]",
                "unsupported_value");
    }

    /** Claude required both until 2024 and 2025 (platform.claude.com, "Release notes"). */
    @Test
    void addsNeitherAFirstMessageOfTheUserNorTheToolsOfEarlierCalls() {
        JsonNode claude = translated("""
                {"model":"m","tools":[],"messages":[{"role":"user","content":""},{"role":"assistant","content":"Hello!"},
                  {"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"}}]},
                  {"role":"tool","tool_call_id":"c","content":"1"}]}""");
        assertThat(claude.path("messages")).hasSize(4);
        assertThat(claude.at("/messages/0"))
                .isEqualTo(JSON.readTree("{\"role\":\"assistant\",\"content\":\"Hello!\"}"));
        assertThat(claude.propertyNames()).doesNotContain("tools", "tool_choice");
    }

    /** Else Claude would continue the answer before it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"user\",\"content\":\" \"}",
                "{\"role\":\"user\",\"content\":[]},{\"role\":\"system\",\"content\":\"s\"}"
            })
    void rejectsABlankLastUserMessageAfterAnAnswer(String last) {
        assertRejected(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                        + last + "]}",
                "messages",
                "invalid_value");
    }

    /** In the system field it would leave the answer last, and Claude would continue that. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"system","content":"s"}                                              | {"role":"user","content":"s"}
            {"role":"developer","content":[{"type":"text","text":"s"}]}                  | {"role":"user","content":[{"type":"text","text":"s"}]}
            {"role":"system","content":"s"},{"role":"developer","content":"d"}           | {"role":"user","content":"s"},{"role":"user","content":"d"}
            {"role":"system","content":"s"},{"role":"system","content":" "}              | {"role":"user","content":"s"}
            {"role":"assistant","content":""},{"role":"system","content":"s"}            | {"role":"user","content":"s"}
            """)
    void keepsThePlaceOfASystemMessageAfterTheLastAnswer(String last, String expected) {
        JsonNode claude = translated("""
                {"model":"m","messages":[{"role":"system","content":"first"},{"role":"user","content":"a"},
                  {"role":"assistant","content":"b"},%s]}""".formatted(last));
        assertThat(claude.path("system").stringValue("")).isEqualTo("first");
        assertThat(claude.path("messages"))
                .isEqualTo(JSON.readTree(
                        "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}," + expected
                                + "]"));
    }

    @Test
    void omitsABlankSystemMessageAfterABeginningOfTheAnswer() {
        assertThat(messages("""
                {"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"system","content":" "}""")).isEqualTo(JSON.readTree("""
                [{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"""));
    }

    @Test
    void omitsABlankUserMessage() {
        assertThat(messages("""
                {"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":""},
                {"role":"user","content":" \\n"},{"role":"user","content":[]},
                {"role":"user","content":[{"type":"text","text":" "}]},{"role":"user","content":"c"}""")).isEqualTo(JSON.readTree("""
                [{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"system","content":"s"}                                          | "s"
            {"role":"developer","content":[{"type":"text","text":"s"}]}              | [{"type":"text","text":"s"}]
            {"role":"system","content":"s"},{"role":"developer","content":"d"}       | [{"type":"text","text":"s"},{"type":"text","text":"d"}]
            {"role":"user","content":"hi"},{"role":"system","content":"s"}           | "s"
            {"role":"user","content":"hi"},{"role":"assistant","content":"b"},{"role":"system","content":"s"} | "s"
            """)
    void movesSystemMessagesToTheSystemField(String messages, String system) {
        JsonNode claude =
                translated("{\"model\":\"m\",\"messages\":[" + messages + ",{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(claude.path("system")).isEqualTo(JSON.readTree(system));
        assertThat(claude.path("messages").toString()).doesNotContain("system", "developer");
    }

    /** As Semantic Kernel sends the prompt of a text generation. Claude requires a message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"system","content":"Why is the sky blue?"}                           | "Why is the sky blue?"
            {"role":"developer","content":[{"type":"text","text":"s"}]}                  | [{"type":"text","text":"s"}]
            {"role":"system","content":"s"},{"role":"developer","content":"d"}           | [{"type":"text","text":"s"},{"type":"text","text":"d"}]
            {"role":"system","content":"s"},{"role":"user","content":" "}                | "s"
            {"role":"developer","content":"s"},{"role":"assistant","content":" "}        | "s"
            """)
    void makesSystemMessagesAloneAMessageOfTheUser(String messages, String content) {
        JsonNode claude = translated("{\"model\":\"m\",\"messages\":[" + messages + "]}");
        assertThat(claude.path("messages"))
                .isEqualTo(JSON.readTree("[{\"role\":\"user\",\"content\":" + content + "}]"));
        assertThat(claude.has("system")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"user","content":"a"}                                                                     | no
            {"role":"system","content":"s"},{"role":"user","content":"a"}                                     | yes
            {"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}    | yes
            {"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},{"role":"user","content":"a"} | no
            """)
    void marksThePromptForClaudesCacheIfItCanRecur(String messages, String marked) {
        JsonNode claude = translated("{\"model\":\"m\",\"messages\":[" + messages + "]}");
        assertThat(claude.path("cache_control").path("type").stringValue("none"))
                .isEqualTo(marked.equals("yes") ? "ephemeral" : "none");
    }

    /** Copies of all earlier system messages would take gigabytes, and the stack traces of ignored parts as much. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"system\",\"content\":\"a\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}"
            })
    void allocatesInProportionToTheMessages(String message) {
        byte[] body = ("{\"model\":\"m\",\"messages\":[" + (message + ",").repeat(20_000)
                        + "{\"role\":\"user\",\"content\":\"hi\"}]}")
                .getBytes(UTF_8);
        long before = allocated();
        assertThat(lenient.parse(body)).isInstanceOf(Accepted.class);
        assertThat(allocated() - before).isLessThan(50L * body.length);
    }

    /** As many as a request may have. The gateway reserves the estimate before it parses. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messages\":[{\"role\":\"user\",\"content\":%s}]",
                "\"messages\":[{\"role\":\"system\",\"content\":%s}]",
                "\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":%s}]",
                "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":%s}]",
                HI + ",\"tools\":%s",
                HI + ",\"stop\":%s"
            })
    void parsesScalarsWithinTheEstimateOfTheirHeap(String fields) {
        String scalars = "[" + "0,".repeat(999_900) + "0]";
        byte[] body = ("{\"model\":\"m\"," + fields.formatted(scalars) + "}").getBytes(UTF_8);
        long before = allocated();
        assertThat(lenient.parse(body))
                .isInstanceOfSatisfying(
                        Rejected.class, rejected -> assertThat(rejected.param()).contains("[0]"));
        assertThat(allocated() - before).isLessThan(lenient.heapBytes(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \"", "[{\"type\":\"text\",\"text\":\" \"}]"})
    void omitsABlankSystemMessage(String content) {
        assertThat(translated("{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":" + content
                                + "},{\"role\":\"user\",\"content\":\"hi\"}]}")
                        .has("system"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                             | 5000
            "model":"auto"                                 | 5000
            "model":"auto","max_tokens":4500               | 4500
            "max_tokens":7                                 | 7
            "max_completion_tokens":8                      | 8
            "max_tokens":7,"max_completion_tokens":8       | 8
            "thinking":{"type":"enabled","budget_tokens":6000} | 11000
            "model":"auto","thinking":{"type":"enabled","budget_tokens":6000} | 11000
            "max_tokens":7,"thinking":{"type":"enabled","budget_tokens":6000} | 7
            "thinking":{"type":"enabled","budget_tokens":2147483647} | 2147483647
            "thinking":{"type":"enabled","budget_tokens":-9000} | 5000
            "thinking":{"type":"adaptive"}                 | 5000
            """)
    void setsMaxTokens(String parameters, int maxTokens) {
        String model = parameters.contains("model") ? "" : "\"model\":\"m\",";
        assertThat(translated("{" + model + HI + (parameters.isEmpty() ? "" : "," + parameters) + "}")
                        .path("max_tokens")
                        .intValue())
                .isEqualTo(maxTokens);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                         | false | CHAT_COMPLETIONS
            "stream":true                                              | true  | CHAT_COMPLETIONS
            "stream":true,"stream_options":{"include_usage":false}     | true  | CHAT_COMPLETIONS
            "stream":true,"stream_options":{"include_usage":true}      | true  | CHAT_COMPLETIONS_WITH_USAGE
            """)
    void determinesTheAnswerFormat(String parameters, boolean streaming, AnswerFormat format) {
        Accepted accepted = accepted("{\"model\":\"m\"," + HI + (parameters.isEmpty() ? "" : "," + parameters) + "}");
        assertThat(accepted.streaming()).isEqualTo(streaming);
        assertThat(accepted.format()).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "n":2                                       | n                        | unsupported_parameter
            "logprobs":true                             | logprobs                 | unsupported_parameter
            "top_logprobs":3                            | top_logprobs             | unsupported_parameter
            "frequency_penalty":0.5                     | frequency_penalty        | unsupported_parameter
            "logit_bias":{"50256":-100}                 | logit_bias               | unsupported_parameter
            "functions":[{"name":"f"}]                  | functions                | unsupported_parameter
            "modalities":["text","audio"]               | modalities               | unsupported_parameter
            "audio":{"voice":"alloy","format":"wav"}    | audio                    | unsupported_parameter
            "web_search_options":{}                     | web_search_options       | unsupported_parameter
            "store":true                                | store                    | unsupported_parameter
            "top_k":5                                   | top_k                    | unknown_parameter
            "temperature":1.5                           | temperature              | invalid_value
            "top_p":"much"                              | top_p                    | invalid_value
            "max_tokens":0                              | max_tokens               | invalid_type
            "max_completion_tokens":1.5                 | max_completion_tokens    | invalid_type
            "stream":"yes"                              | stream                   | invalid_type
            "stream_options":{"include_usage":true}     | stream_options           | invalid_value
            "stop":7                                    | stop                     | invalid_type
            "stop":["a",7]                              | stop[1]                  | invalid_type
            "stop":"\\n"                                | stop                     | unsupported_value
            "stop":["a",""]                             | stop[1]                  | unsupported_value
            "response_format":{"type":"json_object"}    | response_format.type     | unsupported_value
            "response_format":{"type":"json_schema"}    | response_format.json_schema.schema | missing_required_parameter
            "response_format":{"type":"json_schema","json_schema":{"description":7,"schema":{}}} | response_format.json_schema.description | invalid_type
            "reasoning_effort":"none"                   | reasoning_effort         | unsupported_value
            "tools":[{"type":"custom"}]                 | tools[0].type            | unsupported_value
            "tools":[{"type":"function"}]               | tools[0].function.name   | missing_required_parameter
            "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"f" | tool_choice | unsupported_value
            "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools"} | tool_choice.type | unsupported_value
            """)
    void rejectsUnsupportedParametersByName(String parameter, String param, String code) {
        assertRejected("{\"model\":\"m\"," + HI + "," + parameter + "}", param, code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "temperature":1.7                           | ``                     | capped: temperature
            "temperature":0.5                           | "temperature":0.5      | ``
            "temperature":0.5,"top_p":0.9               | "temperature":0.5      | ignored: top_p
            "temperature":1,"top_p":0.9                 | "top_p":0.9            | ``
            "frequency_penalty":0.5,"presence_penalty":1 | ``                    | ignored: frequency_penalty, presence_penalty
            "store":true,"service_tier":"flex","verbosity":"low" | ``            | ignored: store, service_tier, verbosity
            "response_format":{"type":"json_object"}    | ``                     | ignored: response_format
            "logprobs":true,"top_logprobs":3,"logit_bias":{"1":2} | ``           | ignored: logprobs, top_logprobs, logit_bias
            "stop":"\\n"                                | ``                     | ignored: stop
            "stop":["\\n\\n","a"," "]                   | "stop_sequences":["a"] | ignored: stop[0], stop[2]
            "reasoning_effort":"none","temperature":2   | ``                     | ignored: reasoning_effort; capped: temperature
            "top_k":5,"a\\"b":1                        | ``                     | ignored: 2 parameters, such as top_k
            "modalities":["text","audio"],"audio":{"voice":"alloy"} | ``         | ignored: modalities, audio
            "thinking":{"type":"adaptive"},"cache_control":{"type":"ephemeral"} | "thinking":{"type":"adaptive"},"cache_control":{"type":"ephemeral"} | ``
            """)
    void ignoresWhatClaudeDoesNotSupportWithAWarning(String parameters, String expected, String warning) {
        Accepted accepted = (Accepted)
                lenient.parse(("{\"model\":\"m\",\"max_tokens\":9," + HI + "," + parameters + "}").getBytes(UTF_8));
        assertThat(JSON.readTree(accepted.upstream()))
                .isEqualTo(JSON.readTree("{\"model\":\"m\",\"max_tokens\":9,\"stream\":true," + HI
                        + (expected.isEmpty() ? "" : "," + expected) + "}"));
        assertThat(accepted.warning()).isEqualTo(warning.isEmpty() ? "" : "299 - \"" + warning + "\"");
    }

    /** Claude answers 400, and many clients always send one of them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "temperature":0.7                           | ignored: temperature
            "top_p":0.9                                 | ignored: top_p
            "temperature":0,"top_p":0.9                 | ignored: temperature, top_p
            "temperature":1.7,"top_p":1                 | capped: temperature
            "temperature":1                             | ``
            """)
    void ignoresSamplingParametersThatAModelRejects(String parameters, String warning) {
        Accepted accepted =
                (Accepted) lenient.parse(("{\"model\":\"fixed\"," + HI + "," + parameters + "}").getBytes(UTF_8));
        assertThat(accepted.json().propertyNames()).doesNotContain("temperature", "top_p");
        assertThat(accepted.warning()).isEqualTo(warning.isEmpty() ? "" : "299 - \"" + warning + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"temperature", "top_p"})
    void refusesSamplingParametersThatAModelRejectsUnlessLenient(String name) {
        assertRejected("{\"model\":\"fixed\"," + HI + ",\"" + name + "\":0.7}", name, "unsupported_value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
            earlier | minimal | low  | ``
            earlier | medium  | low  | capped: reasoning_effort
            earlier | xhigh   | high | capped: reasoning_effort
            earlier | max     | max  | ``
            plain   | low     | none | ignored: reasoning_effort
            """)
    void lowersAnEffortThatAModelRejects(String model, String asked, String sent, String warning) {
        Accepted accepted = (Accepted) lenient.parse(effort(model, asked).getBytes(UTF_8));
        assertThat(accepted.json().at("/output_config/effort").stringValue(null))
                .isEqualTo(sent);
        assertThat(accepted.warning()).isEqualTo(warning.isEmpty() ? "" : "299 - \"" + warning + "\"");
    }

    @ParameterizedTest
    @CsvSource({"earlier, xhigh", "plain, low"})
    void refusesAnEffortThatAModelRejectsUnlessLenient(String model, String asked) {
        assertRejected(effort(model, asked), "reasoning_effort", "unsupported_value");
    }

    private static String effort(String model, String asked) {
        return JSON.createObjectNode()
                .put("model", model)
                .put("reasoning_effort", asked)
                .set("messages", JSON.readTree("[{\"role\":\"user\",\"content\":\"hi\"}]"))
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":2",
                "\"functions\":[{\"name\":\"f\"}]",
                "\"temperature\":-1",
                "\"temperature\":\"hot\"",
                "\"top_p\":2",
                "\"thinking\":true"
            })
    void refusesWhatCannotBeIgnored(String parameter) {
        assertThat(lenient.parse(("{\"model\":\"m\"," + HI + "," + parameter + "}").getBytes(UTF_8)))
                .isInstanceOf(Rejected.class);
    }

    /** Claude answers 400, because the history of such clients has no thinking blocks. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"enabled","budget_tokens":1024}  | %CALL,%RESULT                                         | false
            {"type":"enabled","budget_tokens":1024}  | %CALL,%RESULT,{"role":"user","content":"so?"}         | false
            {"type":"enabled","budget_tokens":1024}  | %CALL,%RESULT,{"role":"system","content":"s"}         | false
            {"type":"enabled","budget_tokens":1024}  | %CALL,%RESULT,{"role":"assistant","content":"b"},{"role":"user","content":"c"} | true
            {"type":"enabled","budget_tokens":1024}  | {"role":"user","content":"c"}                         | true
            {"type":"adaptive"}                      | %CALL,%RESULT                                         | true
            {"type":"disabled"}                      | %CALL,%RESULT                                         | true
            """)
    void ignoresThinkingThatNeedsBlocksAfterAToolCall(String thinking, String more, boolean kept) {
        String body = thinking(thinking, more);
        Accepted accepted = (Accepted) lenient.parse(body.getBytes(UTF_8));
        assertThat(accepted.json().path("thinking"))
                .isEqualTo(JSON.readTree(body).path(kept ? "thinking" : "none"));
        assertThat(accepted.warning()).isEqualTo(kept ? "" : "299 - \"ignored: thinking\"");
        assertThat(accepted.json().path("max_tokens").intValue())
                .isEqualTo(kept && thinking.contains("1024") ? 6024 : 5000);
    }

    @Test
    void refusesThinkingThatNeedsBlocksAfterAToolCallUnlessLenient() {
        assertRejected(
                thinking("{\"type\":\"enabled\",\"budget_tokens\":1024}", "%CALL,%RESULT"),
                "thinking",
                "unsupported_value");
    }

    private static String thinking(String thinking, String more) {
        return """
                {"model":"m","thinking":%s,"messages":[{"role":"user","content":"a"},%s]}""".formatted(
                        thinking,
                        more.replace(
                                        "%CALL",
                                        "{\"role\":\"assistant\",\"content\":\"x\",\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\"}}]}")
                                .replace("%RESULT", "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"1\"}"));
    }

    @Test
    void keepsCacheControl() {
        String control = "\"cache_control\":{\"type\":\"ephemeral\"}";
        JsonNode claude = translated("""
                {"model":"m","tools":[{"type":"function","function":{"name":"f"},%1$s}],"messages":[
                  {"role":"system","content":[{"type":"text","text":"s",%1$s}]},
                  {"role":"user","content":[{"type":"text","text":"a",%1$s},
                    {"type":"image_url","image_url":{"url":"https://a.example/b.png"},%1$s}]}]}""".formatted(control));
        for (String place : new String[] {"/tools/0", "/system/0", "/messages/0/content/0", "/messages/0/content/1"}) {
            assertThat(claude.at(place + "/cache_control/type").stringValue(""))
                    .as(place)
                    .isEqualTo("ephemeral");
        }
    }

    @Test
    void ignoresAudioInput() {
        Accepted accepted = (Accepted) lenient.parse("""
                {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio"}]}]}""".getBytes(UTF_8));
        assertThat(accepted.json().at("/messages/0/content")).hasSize(1);
        assertThat(accepted.warning()).isEqualTo("299 - \"ignored: messages[0].content[1]\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"function","content":"x"}                                          | messages[0].role                  | invalid_value
            {"content":"x"}                                                            | messages[0].role                  | missing_required_parameter
            {"role":"user"}                                                            | messages[0].content               | missing_required_parameter
            {"role":"user","content":7}                                                | messages[0].content               | invalid_type
            {"role":"user","content":[{"type":"input_audio"}]}                         | messages[0].content[0].type       | unsupported_value
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"http://a.example/b.png"}}]} | messages[0].content[0].image_url.url | invalid_value
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:text/html;base64,AAAA"}}]} | messages[0].content[0].image_url.url | invalid_value
            {"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}    | messages[0].content[0].file.file_id | unsupported_value
            {"role":"system","content":[{"type":"image_url"}]}                         | messages[0].content[0].type       | unsupported_value
            {"role":"assistant","function_call":{"name":"f","arguments":"{}"}}         | messages[0].function_call         | unsupported_value
            {"role":"assistant","refusal":7}                                           | messages[0].refusal               | invalid_type
            {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]} | messages[0].tool_calls[0].id  | missing_required_parameter
            {"role":"tool","content":"x"}                                              | messages[0].tool_call_id          | missing_required_parameter
            {"role":"assistant","tool_calls":[{"id":"","function":{"name":"f"}}]}      | messages[0].tool_calls[0].id      | invalid_value
            {"role":"tool","tool_call_id":"","content":"x"}                            | messages[0].tool_call_id          | invalid_value
            """)
    void rejectsUnsupportedMessages(String message, String param, String code) {
        assertRejected("{\"model\":\"m\",\"messages\":[" + message + "]}", param, code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"user","content":"hi"}]}           | model    | missing_required_parameter
            {"model":" ","messages":[{"role":"user","content":"hi"}]} | model  | invalid_type
            {"model":"m\\u0007","messages":[{"role":"user","content":"hi"}]} | model | invalid_type
            {"model":"m","user":"a\\nb","messages":[{"role":"user","content":"hi"}]} | user | invalid_type
            {"model":"m","messages":[],"model":"n"}                 | ``       | ``
            {"model":"m"}                                           | messages | missing_required_parameter
            {"model":"m","messages":[]}                             | messages | empty_array
            {"model":"m","messages":[{"role":"system","content":" "}]} | messages | invalid_value
            {"model":"m","messages":[{"role":"developer","content":[]},{"role":"assistant","content":" "}]} | messages | invalid_value
            {"model":"m","messages":[{"role":"user","content":""}]} | messages | invalid_value
            [1]                                                     | ``       | ``
            {"model"                                                | ``       | ``
            ``                                                      | ``       | ``
            """)
    void rejectsInvalidRequests(String body, String param, String code) {
        assertRejected(body, param, code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "1e99999999999", "1e-99999999999"})
    void rejectsNumbersThatATurnCannotContain(String number) {
        assertRejected("{\"model\":\"m\"," + HI + ",\"metadata\":{\"x\":" + number + "}}", "", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "1e99999999999", "1e-99999999999"})
    void keepsArgumentsWithNumbersThatATurnCannotContainAsText(String number) {
        String call = "{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":" + number + "}\"}}";
        assertThat(messages("{\"role\":\"assistant\",\"tool_calls\":[" + call + "]}")
                        .at("/0/content/0/input/INVALID_JSON")
                        .stringValue(""))
                .isEqualTo("{\"x\":" + number + "}");
    }

    @Test
    void rejectsTooManyMessages() {
        String message = "{\"role\":\"user\",\"content\":\"hi\"}";
        assertRejected(
                "{\"model\":\"m\",\"messages\":[" + (message + ",").repeat(100_000) + message + "]}",
                "messages",
                "invalid_value");
    }

    @Test
    void estimatesToolArgumentsAsParsedTrees() {
        byte[] body = "{\"arguments\":\"[{},{},{}]\"}".getBytes(UTF_8);
        assertThat(parser.heapBytes(body)).isGreaterThan(HeapEstimate.of(body));
    }

    @Test
    void rejectsNestingTooDeepForATurn() {
        assertRejected("{\"model\":\"m\"," + HI + ",\"tools\":" + "[".repeat(480) + "]".repeat(480) + "}", "", "");
    }

    private void assertRejected(String body, String param, String code) {
        assertThat(parser.parse(body.getBytes(UTF_8))).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.error().status()).isEqualTo(400);
            assertThat(rejected.error().type()).isEqualTo("invalid_request_error");
            assertThat(rejected.param()).isEqualTo(param);
            assertThat(rejected.code()).isEqualTo(code);
            assertThat(rejected.error().message()).startsWith(param.isEmpty() ? "The request body" : param + ": ");
        });
    }

    private JsonNode messages(String messages) {
        return translated("{\"model\":\"m\",\"messages\":[" + messages + "]}").path("messages");
    }

    /** More would decide that the stronger model answers. */
    @Test
    void limitsTheDefaultOfMaxTokensForAnAlias() {
        ChatRequestParser generous = new ChatRequestParser(JSON, new OpenAiSettings(64_000, false), MODELS);
        assertThat(Stream.of("auto", "m")
                        .map(model -> "{\"model\":\"" + model + "\"," + HI + "}")
                        .map(body -> (Accepted) generous.parse(body.getBytes(UTF_8)))
                        .map(request -> request.json().path("max_tokens").intValue()))
                .containsExactly(16_000, 64_000);
    }

    private JsonNode translated(String body) {
        Accepted accepted = accepted(body);
        assertThat(new String(accepted.upstream(), UTF_8))
                .isEqualTo(accepted.json().toString());
        return JSON.readTree(accepted.upstream());
    }

    private Accepted accepted(String body) {
        return (Accepted) parser.parse(body.getBytes(UTF_8));
    }
}
