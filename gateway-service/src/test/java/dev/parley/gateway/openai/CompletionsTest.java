package dev.parley.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.messages.ApiError;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CompletionsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final GenerationId GENERATION =
            GenerationId.unsigned(Clock.systemUTC(), 0, AnswerFormat.CHAT_COMPLETIONS);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"text","text":"a"},{"type":"text","text":"b"}           | {"role":"assistant","content":"ab","refusal":null}
            {"type":"thinking","thinking":"Hm."},{"type":"text","text":"a"} | {"role":"assistant","content":"a","refusal":null,"reasoning_content":"Hm."}
            {"type":"tool_use","id":"t","name":"f","input":{"x":1}}         | {"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}}]}
            {"type":"tool_use","id":"t","name":"f","input":{},"partial_json":"{\\"x"} | {"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\\"x"}}]}
            {"type":"of_tomorrow"}                                          | {"role":"assistant","content":null,"refusal":null}
            """)
    void translatesTheContent(String content, String expected) {
        JsonNode message = JSON.readTree("{\"model\":\"claude-x\",\"content\":[" + content + "]}");
        assertThat(Completions.of(GENERATION, (ObjectNode) message).at("/choices/0/message"))
                .isEqualTo(JSON.readTree(expected));
    }

    @Test
    void translatesUsageAndFinishReason() {
        JsonNode completion = Completions.of(GENERATION, (ObjectNode) JSON.readTree("""
                {"model":"claude-x","content":[],"stop_reason":"max_tokens","usage":{"input_tokens":1,
                 "cache_creation_input_tokens":20,"cache_read_input_tokens":300,"output_tokens":5,
                 "output_tokens_details":{"thinking_tokens":2}}}"""));
        assertThat(completion.at("/choices/0/finish_reason").stringValue("")).isEqualTo("length");
        assertThat(completion.path("model").stringValue("")).isEqualTo("claude-x");
        assertThat(completion.path("usage")).isEqualTo(JSON.readTree("""
                {"prompt_tokens":321,"completion_tokens":5,"total_tokens":326,
                 "prompt_tokens_details":{"cached_tokens":300,"cache_write_tokens":20},"completion_tokens_details":{"reasoning_tokens":2}}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "403, invalid_request_error, permission_denied",
        "404, invalid_request_error, not_found",
        "413, invalid_request_error, request_too_large",
        "429, rate_limit_error, rate_limit_exceeded",
        "500, server_error, ",
        "503, server_error, ",
        "504, server_error, timeout",
        "529, server_error, overloaded"
    })
    void translatesErrorTypesAndCodes(int status, String type, String code) {
        JsonNode error = JSON.readTree(OpenAiError.body(ApiError.of(status, "So it is.")))
                .path("error");
        assertThat(error.path("message").stringValue("")).isEqualTo("So it is.");
        assertThat(error.path("type").stringValue("")).isEqualTo(type);
        assertThat(error.path("param").isNull()).isTrue();
        assertThat(error.path("code").stringValue(null)).isEqualTo(code);
    }

    /** Front ends offer to shorten the conversation on the code {@code context_length_exceeded}, LiteLLM and aider on the text. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "400, prompt is too long: 200123 tokens > 200000 maximum, context_length_exceeded, 'This model''s maximum"
                        + " context length is exceeded: '",
                "400, 'input length and `max_tokens` exceed context limit: 178959 + 64000 > 200000, decrease input length"
                        + " or `max_tokens` and try again', context_length_exceeded, 'This model''s maximum context length is"
                        + " exceeded: '",
                "401, invalid x-api-key, invalid_api_key, 'Incorrect API key provided: '",
                "400, messages.0: there is no such role, none, ''",
                "404, model: claude-none-1, model_not_found, ''"
            })
    void derivesTheCodeFromTheErrorOfClaudeAndNamesItInTheMessage(
            int status, String message, String code, String prefix) {
        ApiError claudes = ApiError.of(status, message);
        JsonNode error = JSON.readTree(OpenAiError.body(claudes)).path("error");
        assertThat(error.path("type").stringValue("")).isEqualTo("invalid_request_error");
        assertThat(error.path("code").stringValue(null)).isEqualTo(code);
        assertThat(error.path("message").stringValue("")).isEqualTo(prefix + message);
        assertThat(JSON.readTree(claudes.body("req_1")).at("/error/message").stringValue(""))
                .isEqualTo(message);
    }
}
