package dev.parley.simulator.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.MessagesRequest.Prompt;
import dev.parley.simulator.request.MessagesRequest.Thinking;
import dev.parley.simulator.request.MessagesRequest.Tool;
import dev.parley.simulator.request.MessagesRequest.ToolChoice;
import dev.parley.simulator.request.MessagesRequestReader.Result;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesRequestReaderTest {

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            {"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}                       => model: Field required
            {"model":"claude-haiku-4-5","messages":[{"role":"user","content":"hi"}]}           => max_tokens: Field required
            {"model":"claude-haiku-4-5","max_tokens":9}                                        => messages: Field required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[]}                          => messages: at least one message is required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":"hi"}                        => messages: Input should be a valid list
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"bot","content":"x"}]} => messages.0.role: Input should be 'user', 'assistant' or 'system'
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user"}]}           => messages.0.content: Field required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]} => messages: text content blocks must be non-empty
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":" \\n"}]}]} => messages: text content blocks must contain non-whitespace text
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":" "}]} => messages: text content blocks must contain non-whitespace text
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]} => messages.0.content.0.image.source: Field required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png"}}]}]} => messages.0.content.0.image.source.base64.data: Field required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_use","name":"a","input":{}}]}]} => messages.0.content.0.tool_use.id: Field required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"functions.a:0","name":"a","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"functions.a:0"}]}]} => messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"","name":"a","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":""}]}]} => messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a-_0","name":"a","input":{}}]},{"role":"user","content":[{"type":"text","text":"b"},{"type":"tool_result","tool_use_id":"a 0"}]}]} => messages.2.content.1.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"server_tool_use","id":"toolu_1","name":"web_search","input":{}}]},{"role":"user","content":[{"type":"text","text":"b"}]}]} => messages.1.content.0.server_tool_use.id: String should match pattern '^srvtoolu_[a-zA-Z0-9_]+$'
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"text":"hi"}]}]} => messages.0.content.0.type: Field required
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"a","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":" \\n"}]}]} => messages: text content blocks must contain non-whitespace text
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"a","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":" "}]}]}]} => messages: text content blocks must contain non-whitespace text
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":""}]} => messages.0: all messages must have non-empty content except for the optional final assistant message
            {"model":"claude-haiku-4-5","max_tokens":9,"cache_control":{"type":"ephemeral"},"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}},{"type":"text","text":"c","cache_control":{"type":"ephemeral"}}]}]} => A maximum of 4 blocks with cache_control may be provided. Found 5.
            {"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b "}]} => messages: final assistant content cannot end with trailing whitespace
            {"model":"claude-haiku-4-5","max_tokens":1025,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]} => messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` is enabled, a final `assistant` message must start with a thinking block.
            """)
    void reportsWhatIsWrongWithMessages(String body, String message) {
        assertThat(rejected(body)).isEqualTo(ApiError.invalid(message));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            "max_tokens":0                                    => max_tokens: Input should be greater than or equal to 1
            "max_tokens":"9"                                  => max_tokens: Input should be a valid integer
            "max_tokens":999999                               => max_tokens: 999999 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5-20251001
            "max_tokens":9,"temperature":1.5                  => temperature: Input should be less than or equal to 1
            "max_tokens":9,"temperature":-1                   => temperature: Input should be greater than or equal to 0
            "max_tokens":9,"top_p":"x"                        => top_p: Input should be a valid number
            "max_tokens":9,"stream":"yes"                     => stream: Input should be a valid boolean
            "max_tokens":9,"system":7                         => system: Input should be a valid list
            "max_tokens":9,"stop_sequences":[" "]             => stop_sequences: each stop sequence must contain non-whitespace
            "max_tokens":9,"metadata":{"user_id":"ada@example.com"} => metadata.user_id: user_id appears to contain an email address
            "max_tokens":9,"conversation":"c"                 => conversation: Extra inputs are not permitted
            "max_tokens":9,"thinking":{"type":"enabled"}      => thinking.enabled.budget_tokens: Field required
            "max_tokens":9,"thinking":{"type":"enabled","budget_tokens":9} => thinking.enabled.budget_tokens: Input should be greater than or equal to 1024
            "max_tokens":9,"thinking":{"type":"deep"}         => thinking: Input tag found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'
            "max_tokens":9,"system":[{"type":"text"}]         => system.0.text: Field required
            "max_tokens":9,"tools":[{"name":"a","input_schema":{"type":"array"}}] => tools.0.custom.input_schema.type: Input should be 'object'
            "max_tokens":1024,"thinking":{"type":"enabled","budget_tokens":1024} => `max_tokens` must be greater than `thinking.budget_tokens`
            "max_tokens":2000,"temperature":0.5,"thinking":{"type":"enabled","budget_tokens":1024} => `temperature` may only be set to 1 when thinking is enabled
            "max_tokens":9,"tools":[{"name":"a b","input_schema":{"type":"object"}}] => tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'
            "max_tokens":9,"tools":[{"name":"a"}]             => tools.0.custom.input_schema: Field required
            "max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}} => output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false
            "max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"number","minimum":1,"maximum":2}}}}} => output_config.format.schema: For 'number' type, properties maximum, minimum are not supported
            "max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{"type":"array","items":{"type":"array","minItems":2}}}} => output_config.format.schema: For 'array' type, 'minItems' values other than 0 or 1 are not supported
            "max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{"anyOf":[{"type":"string","format":"binary"}]}}} => output_config.format.schema: For 'string' type, format 'binary' is not supported
            "max_tokens":9,"tools":[{"name":"a","strict":true,"input_schema":{"type":"object"}}] => tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false
            "max_tokens":9,"tool_choice":{"type":"any"}       => tool_choice may only be specified while providing tools
            "max_tokens":9,"tools":[{"name":"a","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"b"} => Tool 'b' not found in provided tools
            """)
    void reportsWhatIsWrongWithOtherFields(String fields, String message) {
        assertThat(rejected("{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                        + fields + "}"))
                .isEqualTo(ApiError.invalid(message));
    }

    /** In all strict schemas of a request together. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            20 | {}                                            | {}                      | ``
            21 | {}                                            | {}                      | Too many strict tools (21). The maximum number of strict tools supported is 20. Try reducing the number of tools marked as strict.
            12 | {"type":"object","additionalProperties":false,"properties":{"a":{},"b":{}}} | {} | ``
            12 | {"type":"object","additionalProperties":false,"properties":{"a":{},"b":{}}} | {"anyOf":[{"type":"object","additionalProperties":false,"properties":{"a":{}}}]} | Schemas contains too many optional parameters (25), which would make grammar compilation inefficient. Reduce the number of optional parameters in your tool schemas (limit: 24).
            16 | {"type":["string","null"]}                    | {}                      | ``
            16 | {"type":["string","null"]}                    | {"items":{"anyOf":[]}}  | Schemas contains too many parameters with union types (17 parameters with type arrays or anyOf). This causes exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: 16 parameters with unions).
            """)
    void strictSchemasHaveLimits(int tools, String property, String format, String error) {
        String body =
                "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                        + "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + format
                        + "}},\"tools\":["
                        + IntStream.range(0, tools)
                                .mapToObj(i -> "{\"name\":\"t" + i
                                        + "\",\"strict\":true,\"input_schema\":{\"type\":\"object\","
                                        + "\"additionalProperties\":false,\"properties\":{\"p\":" + property
                                        + "},\"required\":[\"p\"]}},")
                                .collect(Collectors.joining())
                        + "{\"name\":\"u\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"q\":{\"type\":[\"string\"]}}}}]}";
        if (error.isEmpty()) {
            accepted(body);
        } else {
            assertThat(rejected(body)).isEqualTo(ApiError.invalid(error));
        }
    }

    @Test
    void toolResultsHaveToFollowToolUses() {
        String use =
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"a\",\"input\":{}}]}";
        String result = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\"}]}";
        String twoResults = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"again\"}]}";
        String hello = "{\"role\":\"user\",\"content\":\"hello\"}";

        assertThat(rejected(messages(hello, use, hello)).message())
                .startsWith(
                        "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1.");
        assertThat(rejected(messages(hello, use, result.formatted("t2"))).message())
                .startsWith("messages.2: unexpected `tool_use_id` found in `tool_result` blocks: t2.");
        assertThat(rejected(messages(hello, use, twoResults)).message())
                .isEqualTo(
                        "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` "
                                + "blocks with id: t1");
        assertThat(accepted(messages(hello, use, result.formatted("t1")))
                        .question()
                        .toolResults())
                .hasSize(1);
    }

    /** Claude required both until 2024 and 2025 (platform.claude.com, "Release notes"). */
    @Test
    void neitherAFirstMessageOfTheUserNorTheToolsOfEarlierCallsAreRequired() {
        assertThat(accepted(
                                messages(
                                        "{\"role\":\"assistant\",\"content\":\"Hello!\"}",
                                        "{\"role\":\"user\",\"content\":\"hi\"}",
                                        "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"a\",\"input\":{}}]}",
                                        "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"\"}]}"))
                        .question()
                        .text())
                .isEqualTo("hi");
    }

    /** In one message as in several. */
    @Test
    void idsOfToolUsesAreUnique() {
        String block = "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"a\",\"input\":{}}";
        String use = "{\"role\":\"assistant\",\"content\":[%s]}";
        String result = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\"}]}";
        String hello = "{\"role\":\"user\",\"content\":\"hello\"}";
        String first = use.formatted(block.formatted("t1"));
        String second = use.formatted("{\"type\":\"text\",\"text\":\"b\"}," + block.formatted("%s"));
        String twice = use.formatted(block.formatted("t1") + "," + block.formatted("t1"));

        assertThat(rejected(messages(hello, twice, result.formatted("t1"))))
                .isEqualTo(ApiError.invalid("messages.1.content.1: `tool_use` ids must be unique"));
        assertThat(rejected(
                        messages(hello, first, result.formatted("t1"), second.formatted("t1"), result.formatted("t1"))))
                .isEqualTo(ApiError.invalid("messages.3.content.1: `tool_use` ids must be unique"));
        assertThat(accepted(messages(
                                hello, first, result.formatted("t1"), second.formatted("t2"), result.formatted("t2")))
                        .question()
                        .toolResults())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "nonsense", "{\"model\": }"})
    void aBodyThatIsNotJsonIsAnInvalidRequest(String body) {
        assertThat(rejected(body).type()).isEqualTo(ApiError.ErrorType.INVALID_REQUEST);
    }

    @Test
    void anUnknownModelIsNotFound() {
        assertThat(rejected(request("claude-unknown-1")))
                .isEqualTo(new ApiError(ApiError.ErrorType.NOT_FOUND, "model: claude-unknown-1"));
        assertThat(rejected(request("gpt-4"))).isEqualTo(new ApiError(ApiError.ErrorType.NOT_FOUND, "model: gpt-4"));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-5, claude-opus-4-5-20251101",
        "claude-haiku-4-5-20251001, claude-haiku-4-5-20251001",
        "claude-next-9, claude-next-9"
    })
    void aModelAnswersUnderItsDatedName(String asked, String answers) {
        assertThat(accepted(request(asked)).model().id()).isEqualTo(answers);
    }

    @Test
    void someModelsRefuseAPrefill() {
        String body = "{\"model\":\"%s\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"assistant\",\"content\":\"b\"}]}";

        assertThat(rejected(body.formatted("claude-opus-4-6")))
                .isEqualTo(ApiError.invalid(MessagesRequestReader.PREFILL_REFUSED));
        assertThat(accepted(body.formatted("claude-opus-4-5")).prefilled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5-5,   disabled,      adaptive",
        "claude-opus-5-5,   between_tools, adaptive",
        "claude-opus-5-5,   enabled,       adaptive",
        "claude-opus-5-5,   adaptive,      ",
        "claude-sonnet-5-5, disabled,      between_tools",
        "claude-sonnet-5-5, enabled,       adaptive",
        "claude-sonnet-5-5, between_tools, ",
        "claude-haiku-5-5,  between_tools, adaptive",
        "claude-haiku-5-5,  enabled,       adaptive",
        "claude-haiku-5-5,  disabled,      ",
        "claude-opus-4-8,   enabled,       adaptive",
        "claude-opus-4-8,   adaptive,      ",
        "claude-opus-4-8,   disabled,      ",
        "claude-opus-4-6,   enabled,       ",
        "claude-opus-4-6,   adaptive,      ",
        "claude-opus-4-5,   enabled,       ",
        "claude-opus-4-5,   disabled,      ",
        "claude-next-9,     enabled,       ",
        "claude-next-9,     adaptive,      ",
    })
    void modelsRefuseThinkingThatTheyDoNotPermit(String model, String type, String instead) {
        String body = """
            {"model":"%s","max_tokens":2000,"thinking":{"type":"%s","budget_tokens":1024},"messages":[{"role":"user","content":"a"}]}
            """.formatted(model, type);
        if (instead == null) {
            assertThat(accepted(body).model().id()).startsWith(model);
        } else {
            assertThat(rejected(body))
                    .isEqualTo(ApiError.invalid("\"thinking.type." + type + "\" is not supported for this model. Use "
                            + "\"thinking.type." + instead
                            + "\" and \"output_config.effort\" to control thinking behavior."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-4-5", "claude-haiku-4-5", "claude-sonnet-4-5-20250929"})
    void earlierModelsRefuseAdaptiveThinking(String model) {
        assertThat(rejected(withParameters(model, "\"thinking\":{\"type\":\"adaptive\"}")))
                .isEqualTo(ApiError.invalid("adaptive thinking is not supported on this model"));
    }

    /** Models since 4.7 take the defaults alone, and no top_k at all. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            claude-opus-5-5   | "temperature":0.7                         | temperature
            claude-fable-5-2  | "temperature":0                           | temperature
            claude-sonnet-5-5 | "top_p":0.9                               | top_p
            claude-haiku-5-5  | "top_k":5                                 | top_k
            claude-opus-4-8   | "temperature":0.5,"top_p":0.5,"top_k":5   | temperature
            claude-opus-4-8   | "top_k":0                                 | top_k
            claude-opus-5-5   | "temperature":1,"top_p":0.99              |
            claude-sonnet-4-6 | "temperature":0.3,"top_k":5               |
            claude-opus-4-6   | "top_p":0.3                               |
            claude-haiku-4-5  | "temperature":0                           |
            claude-next-9     | "temperature":0.5                         |
            """)
    void laterModelsRefuseSamplingParameters(String model, String parameters, String refused) {
        String body = withParameters(model, parameters);
        if (refused == null) {
            assertThat(accepted(body).model().id()).startsWith(model);
        } else {
            assertThat(rejected(body)).isEqualTo(ApiError.invalid("`" + refused + "` is deprecated for this model."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-sonnet-4-6", "claude-haiku-4-5", "claude-opus-4-1"})
    void earlierModelsRefuseATopPBesideATemperature(String model) {
        assertThat(rejected(withParameters(model, "\"temperature\":0.3,\"top_p\":0.9")))
                .isEqualTo(ApiError.invalid("`temperature` and `top_p` cannot both be specified for this model. Please "
                        + "use only one."));
    }

    private static String withParameters(String model, String parameters) {
        return """
            {"model":"%s","max_tokens":9,%s,"messages":[{"role":"user","content":"a"}]}
            """.formatted(model, parameters);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            claude-opus-5-5   | xhigh |
            claude-sonnet-4-6 | max   |
            claude-opus-4-6   | xhigh | This model does not support effort level 'xhigh'. Supported levels: low, medium, high, max.
            claude-opus-4-5   | high  |
            claude-opus-4-5   | max   | This model does not support effort level 'max'. Supported levels: low, medium, high.
            claude-haiku-4-5  | low   | This model does not support the effort parameter.
            """)
    void earlierModelsRefuseLevelsOfEffort(String model, String effort, String message) {
        String body = """
            {"model":"%s","max_tokens":9,"output_config":{"effort":"%s"},"messages":[{"role":"user","content":"a"}]}
            """.formatted(model, effort);
        if (message == null) {
            assertThat(accepted(body).model().id()).startsWith(model);
        } else {
            assertThat(rejected(body)).isEqualTo(ApiError.invalid(message));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5-5, any, false",
        "claude-sonnet-5-5, tool, false",
        "claude-sonnet-5-5, auto, true",
        "claude-haiku-5-5, any, true",
        "claude-opus-4-8, tool, true",
    })
    void someModelsRefuseForcedTools(String model, String choice, boolean permitted) {
        String body = """
            {"model":"%s","max_tokens":9,"tools":[{"name":"a","input_schema":{"type":"object"}}],
             "tool_choice":{"type":"%s","name":"a"},"messages":[{"role":"user","content":"a"}]}
            """.formatted(model, choice);
        if (permitted) {
            assertThat(accepted(body).model().id()).isEqualTo(model);
        } else {
            assertThat(rejected(body))
                    .isEqualTo(ApiError.invalid(
                            "tool_choice: type \"tool\" and \"any\" are not supported for this model."));
        }
    }

    @Test
    void onlyLaterModelsTakeSystemMessages() {
        String body = "{\"model\":\"%s\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"system\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"}]}";

        assertThat(rejected(body.formatted("claude-opus-4-5")).message())
                .isEqualTo("role 'system' is not supported on this model");
        assertThat(accepted(body.formatted("claude-opus-5-5")).prompt())
                .returns(3, Prompt::messages)
                .returns("a\nb\nc\n", Prompt::text);
    }

    @Test
    void readsEverythingItNeeds() {
        MessagesRequest request = accepted("""
                {"model":"claude-opus-4-6","max_tokens":2000,"stream":true,"stop_sequences":["END"],
                 "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
                 "thinking":{"type":"adaptive"},
                 "tools":[{"name":"clock","description":"The time","input_schema":{"type":"object"}},
                          {"type":"web_search_20250305","name":"web_search"}],
                 "tool_choice":{"type":"auto","disable_parallel_tool_use":true},
                 "messages":[{"role":"user","content":[
                   {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAAAAAA"}},
                   {"type":"text","text":"What is this?"}]}]}
                """);

        assertThat(request.streaming()).isTrue();
        assertThat(request.thinking()).contains(new Thinking(false, Optional.empty()));
        assertThat(request.stopSequences()).containsExactly("END");
        assertThat(request.tools()).extracting(Tool::name).containsExactly("clock");
        assertThat(request.toolChoice()).isEqualTo(new ToolChoice.Auto(false));
        assertThat(request.question().text()).isEqualTo("What is this?");
        assertThat(request.question().media()).containsExactly(new Question.Media("image", "image/png", 6));
        assertThat(request.prompt().media()).isEqualTo(1);
        assertThat(request.prompt().cached())
                .endsWith("Be brief.\n")
                .isNotEqualTo(request.prompt().text());
        assertThat(request.prompt().text())
                .startsWith(request.prompt().cached())
                .contains("What is this?");
    }

    @Test
    void aCountNeedsNoMaxTokens() {
        String body = "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

        assertThat(new MessagesRequestReader(false).read(body.getBytes(StandardCharsets.UTF_8), false))
                .isInstanceOf(Result.Accepted.class);
    }

    private static String request(String model) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static String messages(String... messages) {
        return "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,\"messages\":[" + String.join(",", messages) + "]}";
    }

    private ApiError rejected(String body) {
        return switch (new MessagesRequestReader(false).read(body.getBytes(StandardCharsets.UTF_8), true)) {
            case Result.Rejected(ApiError error) -> error;
            case Result.Accepted(MessagesRequest request) -> throw new AssertionError("accepted: " + request);
        };
    }

    private MessagesRequest accepted(String body) {
        return switch (new MessagesRequestReader(false).read(body.getBytes(StandardCharsets.UTF_8), true)) {
            case Result.Accepted(MessagesRequest request) -> request;
            case Result.Rejected(ApiError error) -> throw new AssertionError("rejected: " + error);
        };
    }
}
