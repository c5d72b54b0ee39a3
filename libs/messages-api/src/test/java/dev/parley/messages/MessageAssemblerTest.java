package dev.parley.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MessageAssemblerTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String START = """
            {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],
             "stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}""";
    private static final String BEGUN = """
            {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m",
             "content":[{"type":"tool_use","id":"t","name":"n","input":{"a":1}}],"container":{"id":"container_1"},
             "stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":1}}}""";

    private final MessageAssembler assembler = new MessageAssembler();

    @Test
    void concatenatesText() {
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", """
                {"type":"ping"}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Good "}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"day"}}""", """
                {"type":"content_block_stop","index":0}""", """
                {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}""", """
                {"type":"message_stop"}""");
        assertThat(assembler.complete()).isTrue();
        assertThat(assembler.stopReason()).isEqualTo("end_turn");
        assertThat(assembler.message()).isEqualTo(MAPPER.readTree("""
                        {"id":"msg_1","type":"message","role":"assistant","model":"m",
                         "content":[{"type":"text","text":"Good day"}],"stop_reason":"end_turn",
                         "usage":{"input_tokens":3,"output_tokens":4},"stop_sequence":null}"""));
    }

    @Test
    void keepsCountersThatAreNullAtTheEnd() {
        accept(START, """
                {"type":"message_delta","delta":{"stop_reason":"end_turn"},
                 "usage":{"input_tokens":null,"output_tokens":4,"server_tool_use":null}}""");
        assertThat(assembler.usage()).isEqualTo(MAPPER.readTree("""
                        {"input_tokens":3,"output_tokens":4,"server_tool_use":null}"""));
    }

    @Test
    void parsesTheInputOfAToolWhenItIsComplete() {
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}""");
        assertThat(assembler.message().at("/content/0/partial_json").stringValue(""))
                .isEqualTo("{\"a\":");
        accept("""
                {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"1}"}}""");
        assertThat(assembler.message().at("/content/0/input/a").intValue()).isEqualTo(1);
        assertThat(assembler.message().at("/content/0/partial_json").isMissingNode())
                .isTrue();
    }

    /** A turn with it could not be written, nor could a client send it in its next request. */
    @Test
    void keepsAnInputThatIsNestedTooDeeplyAsText() {
        String input = "[".repeat(500) + "]".repeat(500);
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"%s"}}""".formatted(input));
        assertThat(assembler.message().at("/content/0/partial_json").stringValue(""))
                .isEqualTo(input);
    }

    @Test
    void keepsThinkingAndItsSignature() {
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}""");
        assertThat(assembler.message().path("content").path(0).toString()).isEqualTo("""
                        {"type":"thinking","thinking":"Hm","signature":"sig"}""");
    }

    /** Without its summary, the next request of the conversation would begin from nothing. */
    @Test
    void keepsASummaryOfTheConversation() {
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"compaction","content":null,"encrypted_content":null}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":"The sky ","encrypted_content":null}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":"is blue.","encrypted_content":"e"}}""");
        assertThat(assembler.message().path("content").path(0).toString()).isEqualTo("""
                        {"type":"compaction","content":"The sky is blue.","encrypted_content":"e"}""");
    }

    @Test
    void keepsASummaryThatFailed() {
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"compaction","content":null}}""", """
                {"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":null}}""");
        assertThat(assembler.message().path("content").path(0).toString()).isEqualTo("""
                        {"type":"compaction","content":null}""");
    }

    @Test
    void keepsWhatTheEndTellsOfTheWholeMessage() {
        accept(START, """
                {"type":"message_delta","delta":{"stop_reason":"end_turn","container":{"id":"container_1"}},
                 "context_management":{"applied_edits":[]},"usage":{"output_tokens":4}}""", """
                {"type":"message_delta","delta":{"stop_reason":"end_turn","container":null},
                 "context_management":null,"usage":{"output_tokens":4}}""");
        assertThat(assembler.message()).isEqualTo(MAPPER.readTree("""
                        {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn",
                         "container":{"id":"container_1"},"context_management":{"applied_edits":[]},
                         "usage":{"input_tokens":3,"output_tokens":4}}"""));
    }

    /** The counters of the event are kept for the bill, too. */
    @Test
    void leavesTheEventsAsTheyAre() {
        JsonNode start = MAPPER.readTree(START);
        assembler.accept(start);
        accept("""
                {"type":"content_block_start","index":0,"content_block":{"type":"fallback","to":{"model":"n"}}}""", """
                {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4},"container":null}""");
        assertThat(start).isEqualTo(MAPPER.readTree(START));
    }

    /** As Claude does in a message without a stream. */
    @Test
    void namesTheModelThatHasTakenOver() {
        accept(START, """
                {"type":"content_block_start","index":0,"content_block":{"type":"fallback","from":{"model":"m"},"to":{"model":"n"}}}""", """
                {"type":"content_block_stop","index":0}""");
        assertThat(assembler.message().path("model").stringValue("")).isEqualTo("n");
    }

    /** As in the answer to the result of a tool that running code has called (platform.claude.com, "Programmatic tool calling"). */
    @Test
    void keepsTheBlocksWithWhichTheMessageBegins() {
        accept(BEGUN, """
                {"type":"message_stop"}""");
        assertThat(assembler.complete()).isTrue();
        assertThat(assembler.message()).isEqualTo(MAPPER.readTree(BEGUN).path("message"));
    }

    /** Whether Claude counts them in the index of the next one is not documented. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void addsTheOtherBlocksToThoseWithWhichTheMessageBegins(int index) {
        accept(BEGUN, """
                {"type":"content_block_start","index":%d,"content_block":{"type":"text","text":""}}""".formatted(index), """
                {"type":"content_block_delta","index":%d,"delta":{"type":"text_delta","text":"Good day"}}""".formatted(index));
        assertThat(assembler.message().path("content")).isEqualTo(MAPPER.readTree("""
                        [{"type":"tool_use","id":"t","name":"n","input":{"a":1}},{"type":"text","text":"Good day"}]"""));
    }

    @Test
    void skipsUnknownEventTypes() {
        accept(START, """
                {"type":"message_sparkle","index":9}""");
        assertThat(assembler.complete()).isFalse();
        assertThat(assembler.started()).isTrue();
    }

    @Test
    void rejectsADeltaBeforeItsContentBlock() {
        accept(START);
        assertThatThrownBy(() -> accept("""
                        {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"?"}}""")).isInstanceOf(MalformedStreamException.class);
    }

    @Test
    void rejectsEventsBeforeMessageStart() {
        assertThatThrownBy(() -> accept("""
                        {"type":"message_stop"}""")).isInstanceOf(MalformedStreamException.class);
    }

    private void accept(String... events) {
        for (String event : events) {
            assembler.accept(MAPPER.readTree(event));
        }
    }
}
