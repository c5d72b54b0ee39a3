package dev.parley.simulator.script;

import static dev.parley.simulator.script.FaultsTest.directives;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.Answer.Block;
import dev.parley.simulator.answer.Answer.Content;
import dev.parley.simulator.answer.Answer.Stop;
import dev.parley.simulator.answer.Answer.Usage;
import dev.parley.simulator.request.Directives;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptWriterTest {
    @Test
    void aStreamIsTheApisLetterByLetter() {
        assertThat(Answers.text(Answers.streamed(new Block(new Content.Text(), List.of("Say", " \"hi\"\n")))))
                .isEqualTo("""
                        event: message_start
                        data: {"type":"message_start","message":{"model":"claude-test","id":"msg_1","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard","inference_geo":"not_available"}}}

                        event: content_block_start
                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                        event: ping
                        data: {"type": "ping"}

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Say"}           }

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \\"hi\\"\\n"}           }

                        event: content_block_stop
                        data: {"type":"content_block_stop","index":0}

                        event: message_delta
                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2,"output_tokens_details":{"thinking_tokens":0}}}

                        event: message_stop
                        data: {"type":"message_stop"}

                        """);
    }

    @Test
    void thinkingIsSignedBeforeItsEndAndToolInputBeginsEmpty() {
        String text = Answers.text(Answers.streamed(
                new Block(new Content.Thinking("sig", false), List.of("Hm")),
                new Block(new Content.ToolUse("toolu_1", "clock"), List.of("{\"a\"", ":1}"))));

        assertThat(text.lines().filter(line -> line.startsWith("data:")).map(line -> line.replace(" ", "")))
                .containsSubsequence(
                        "data:{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"sig\"}}",
                        "data:{\"type\":\"content_block_stop\",\"index\":0}",
                        "data:{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{},\"caller\":{\"type\":\"direct\"}}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\"\"}}",
                        "data:{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}}",
                        "data:{\"type\":\"content_block_stop\",\"index\":1}");
    }

    @Test
    void tokensComeAtTheirPace() {
        Directives pacing = directives("head_ms=100 first_token_ms=450 tokens_per_second=50 ping_ms=10000");
        StreamScript script = ScriptWriter.stream(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.events().getFirst().at()).isEqualTo(Duration.ofMillis(100));
        assertThat(script.events().stream().filter(ScriptEvent::token).map(ScriptEvent::at))
                .containsExactly(Duration.ofMillis(450), Duration.ofMillis(470), Duration.ofMillis(490));
        assertThat(script.events().getLast().at()).isEqualTo(Duration.ofMillis(490));
    }

    @Test
    void aWholeAnswerComesWhenItsLastTokenWouldHaveBeenDue() {
        Directives pacing = directives("head_ms=0 first_token_ms=450 tokens_per_second=50 ping_ms=10000");
        StreamScript script = ScriptWriter.whole(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.events()).extracting(ScriptEvent::at).containsExactly(Duration.ofMillis(490));
    }

    @Test
    void longPausesAreFilledWithPings() {
        Directives pacing = directives("head_ms=0 first_token_ms=2500 tokens_per_second=0 ping_ms=1000");
        StreamScript script = ScriptWriter.stream(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.events().stream()
                        .filter(event -> event.text().get().equals(EventEncoder.PING))
                        .map(ScriptEvent::at))
                .containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    /** The script is made before it is sent, so a pause could fill the memory. */
    @Test
    void noMoreThan10000PingsAreSent() {
        Directives pacing = directives("head_ms=0 first_token_ms=100000 tokens_per_second=0 ping_ms=1");
        StreamScript script = ScriptWriter.stream(Answers.of(Answers.TEXT), pacing, Map.of());

        assertThat(script.events().stream().filter(event -> event.text().get().equals(EventEncoder.PING)))
                // And the one at the beginning.
                .hasSize(10_001);
        assertThat(script.events().getLast().at()).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void aWholeAnswerIsTheApisLetterByLetter() {
        Answer answer = new Answer(
                "msg_1",
                "claude-test",
                List.of(
                        new Block(new Content.Thinking("sig", false), List.of("Hm")),
                        Answers.TEXT,
                        new Block(new Content.ToolUse("toolu_1", "clock"), List.of("{\"a\"", ":1}"))),
                Stop.at("END"),
                new Usage(5, 1, 2, 6, 1));

        assertThat(EventEncoder.message(answer))
                .isEqualTo("{\"model\":\"claude-test\",\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"sig\"},"
                        + "{\"type\":\"text\",\"text\":\"One two three\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{\"a\":1},\"caller\":{\"type\":\"direct\"}}],"
                        + "\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\",\"stop_details\":null,\"usage\":{\"input_tokens\":5,"
                        + "\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2,\"cache_creation\":"
                        + "{\"ephemeral_5m_input_tokens\":1,\"ephemeral_1h_input_tokens\":0},\"output_tokens\":6,"
                        + "\"service_tier\":\"standard\",\"inference_geo\":\"not_available\","
                        + "\"output_tokens_details\":{\"thinking_tokens\":1}}}");
    }
}
